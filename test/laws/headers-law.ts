/** Owns the law that a fix changes no header but those that it is about, judged by an inheritance of its own. */
import type { Texts } from '../rules/harness.ts';
import { comparable, levelsAround, passesOf } from './levels.ts';
import type { Law } from './text-laws.ts';

/** What fixes are about: the upgrade, or what their rule names. */
const UPGRADE = /^["']?(upgrade|connection)["']?\s/i;
const MEANT: ReadonlyMap<string, RegExp> = new Map([
  ['mtls-identity-spoofable', /\$ssl_client_/],
  ['websocket-host-rewritten', /^["']?host["']?\s/i],
  ['tls-early-data-replay', /^Early-Data\s/],
]);

/** Each `proxy_pass` with the header lines that hold for it, without those that are meant to change. */
function headersByPass(texts: Texts, root: string, rule: string): string {
  const meant = MEANT.get(rule) ?? UPGRADE;
  const lines = passesOf(texts, root).map(({ to, level }) => {
    // An `if` takes no `proxy_set_header`; any other level with one of its own inherits none.
    const from = levelsAround(level).find(({ name, headers }) => name !== 'if' && headers.length > 0);
    const others = (from?.headers ?? []).filter((line) => !meant.test(line));
    return `${comparable(to, rule)}: ${[...new Set(others)].sort().join('; ')}`;
  });
  return lines.join('\n');
}

/** The back ends get the same other headers as before. A corrected variable is meant to change one. */
export const otherHeadersStay: Law = ({ before, after, report, finding }) => {
  const { language, root } = report.project;
  if (language !== 'nginx' || /^config-(syntax|undefined-variable)$/.test(finding.rule)) return [];
  const old = headersByPass(before.texts, root, finding.rule);
  const now = headersByPass(after.texts, root, finding.rule);
  return old === now ? [] : [`other headers:\n${old}\n${now}`];
};
