/**
 * Owns the search for a `;` that is missing at a line's end, where nginx reads the next line as more arguments. Says something
 * only where nginx refuses the result: many directives may well stretch over lines and hold the names of others.
 */
import { isDirectiveName, mostArguments, opensBlock } from './arity.ts';
import { swallowedDirective } from './problems.ts';
import type { Directive, SyntaxProblem } from './tree.ts';

/** What nginx says of an argument that these do not know; they take any number of arguments. */
const CHECKED: ReadonlyMap<string, string> = new Map([
  ['listen', 'invalid parameter'],
  ['server', 'invalid parameter'],
  ['error_log', 'invalid log level'],
  ['ssl_protocols', 'invalid value'],
  ['proxy_ssl_protocols', 'invalid value'],
  ['grpc_ssl_protocols', 'invalid value'],
  ['uwsgi_ssl_protocols', 'invalid value'],
  ['proxy_next_upstream', 'invalid value'],
]);

/** The problem of a directive that took a directive of a later line for its own arguments, if nginx refuses that. */
export function findSwallowed(text: string, directive: Directive): SyntaxProblem | undefined {
  const { name, args } = directive;
  const most = mostArguments(name.value);
  if (most === undefined || name.quote !== undefined) return undefined;
  let last = name;
  for (const word of args) {
    const startsLine = text.slice(last.span.end, word.span.start).includes('\n');
    if (startsLine && word.quote === undefined && isDirectiveName(word.value)) {
      const says = refusal(directive, most, word.value);
      return says === undefined ? undefined : swallowedDirective(last, word, name, says);
    }
    last = word;
  }
  return undefined;
}

/** nginx's checks in their order: the kind of ending, the number of arguments, the arguments (ngx_conf_handler). */
function refusal({ name, args, terminator }: Directive, most: number, swallowed: string): string | undefined {
  if (terminator === '{')
    return opensBlock(name.value) ? undefined : `directive "${name.value}" is not terminated by ";"`;
  if (args.length > most) return `invalid number of arguments in "${name.value}" directive`;
  const complaint = CHECKED.get(name.value);
  return complaint === undefined ? undefined : `${complaint} "${swallowed}"`;
}
