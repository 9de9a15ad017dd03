/** Owns what becomes of a named file that no language knows by its name. */
import { isDirectiveName } from '../languages/nginx/syntax/arity.ts';
import { parse } from '../languages/nginx/syntax/parser.ts';

/** Whether a text reads as nginx from start to end (`site.conf.sample`), so that its user will have meant it so. */
export function readsAsNginx(text: string): boolean {
  const { items, problems } = parse(text);
  return problems.length === 0 && items.some(({ name }) => isDirectiveName(name.value));
}
