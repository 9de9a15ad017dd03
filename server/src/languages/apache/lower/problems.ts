/** Owns what Apache would refuse in a configuration, beside its includes. */
import type { ConfigProblem } from '../../../model/model.ts';
import type { ApacheProject } from '../project.ts';
import { type Entry, isOpen, placeOf, placeOfArgs, values } from '../scope.ts';
import { shown } from '../syntax/parser.ts';
import { commandFault } from './version-commands.ts';
import { VERSION_WORDS } from './versions.ts';
import { workerProblems } from './workers.ts';

/** Settings with one of a few values (modules/ssl/ssl_engine_config.c, modules/proxy/mod_proxy.c). */
const ONE_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ['sslengine', ['on', 'off', 'optional']],
  ['sslverifyclient', ['none', 'optional', 'require', 'optional_no_ca']],
  ['sslproxyverify', ['none', 'optional', 'require', 'optional_no_ca']],
  ['sslproxyengine', ['on', 'off']],
  ['sslusestapling', ['on', 'off']],
  ['sslhonorcipherorder', ['on', 'off']],
  ['sslsessiontickets', ['on', 'off']],
  ['sslproxycheckpeername', ['on', 'off']],
  ['sslproxycheckpeercn', ['on', 'off']],
  ['proxypreservehost', ['on', 'off']],
  ['rewriteengine', ['on', 'off']],
]);

const quoted = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

function valueFault(entry: Entry): ConfigProblem | undefined {
  const allowed = ONE_OF.get(entry.directive.key);
  if (allowed === undefined) return undefined;
  const [first, ...more] = values(entry);
  const name = entry.directive.name.value;
  if (first === undefined || more.length > 0) {
    return {
      rule: 'config-syntax',
      place: first === undefined ? placeOf(entry) : placeOfArgs(entry, 1),
      message: `\`${name}\` takes one value, ${quoted(allowed)}, and Apache does not start with ${first === undefined ? 'none' : 'more'}`,
    };
  }
  if (isOpen(first) || allowed.includes(first.toLowerCase())) return undefined;
  return {
    rule: 'config-syntax',
    place: placeOfArgs(entry, 0),
    message: `\`${name}\` is one of ${quoted(allowed)}; \`${shown(first)}\` keeps Apache from starting`,
  };
}

function protocolFaults(entry: Entry): ConfigProblem[] {
  const { key, name } = entry.directive;
  if (key !== 'sslprotocol' && key !== 'sslproxyprotocol') return [];
  return values(entry).flatMap((text, i): ConfigProblem[] => {
    const word = text.replace(/^[+-]/, '').toLowerCase();
    const place = placeOfArgs(entry, i, i);
    if (isOpen(text) || word === 'all') return [];
    if (!VERSION_WORDS.has(word)) {
      return [
        {
          rule: 'config-syntax',
          place,
          message: `\`${name.value}\` knows no version \`${shown(text)}\` (\`Illegal protocol\`), and Apache does not start`,
        },
      ];
    }
    if (word === 'sslv2' && !text.startsWith('-')) {
      return [
        {
          rule: 'config-syntax',
          place,
          message: 'Apache 2.4 has no SSLv2 any more, and does not start where it is asked for',
        },
      ];
    }
    return [];
  });
}

export function problemsOf(project: ApacheProject): ConfigProblem[] {
  const out: ConfigProblem[] = [];
  for (const { file, tree } of project.files.values()) {
    for (const { span, message, related, fix } of tree.problems) {
      out.push({
        rule: 'config-syntax',
        place: { file: file.id, span },
        message,
        ...(related === undefined
          ? {}
          : { related: [{ place: { file: file.id, span: related.span }, message: related.message }] }),
        ...(fix === undefined
          ? {}
          : {
              offers: [
                {
                  title: fix.title,
                  safety: 'safe',
                  remedy: { kind: 'edit', edits: () => [{ file: file.id, edits: fix.edits }] },
                },
              ],
            }),
      });
    }
  }
  for (const { entries } of project.scopes) {
    for (const entry of entries) {
      const fault = valueFault(entry) ?? commandFault(entry);
      if (fault !== undefined) out.push(fault);
      out.push(...protocolFaults(entry));
    }
  }
  out.push(...workerProblems(project.scopes));
  return out;
}
