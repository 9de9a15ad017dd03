/** Owns what becomes of a named file that no language knows by its name. */
import { isDirectiveName } from '../languages/nginx/syntax/arity.ts';
import { parse } from '../languages/nginx/syntax/parser.ts';
import { holdsPem } from '../languages/pem/index.ts';

/** Whether a text is plainly what wsslint reads, whatever its file is called. */
export const readsAsKnown = (text: string): boolean => holdsPem(text) || readsAsNginx(text);

/** Whether a text reads as nginx from start to end (`site.conf.sample`), so that its user will have meant it so. */
function readsAsNginx(text: string): boolean {
  const { items, problems } = parse(text);
  return problems.length === 0 && items.some(({ name }) => isDirectiveName(name.value));
}
