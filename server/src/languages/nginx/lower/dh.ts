/** Owns `ssl_dhparam`. */
import type { DhSource } from '../../../model/dh.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { byFile, removal } from '../realize/layout.ts';
import { firstOf, holeFor, nearest, originOf, type Scope, value } from '../scope.ts';
import { fileUse } from './file-use.ts';

const SOURCE = 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_dhparam';

const SSL_DHPARAM = {
  setting: 'ssl_dhparam',
  withoutFile: 'none',
  refused: 'start',
  removal: 'Remove `ssl_dhparam`',
} as const;

const NOT_WRITTEN: Fact<DhSource> = known(
  { ...SSL_DHPARAM, file: undefined, remove: () => undefined },
  { kind: 'default', versions: 'nginx 1.11.0 and newer', source: SOURCE },
);

/** Without parameters there is no DHE since 1.11.0 (docs). */
export function dhOf(server: Scope, project: NginxProject): Fact<DhSource> {
  const commands = nearest(server, 'ssl_conf_command');
  if (commands.kind === 'found' && commands.entries.some((entry) => value(entry)?.toLowerCase() === 'dhparameters'))
    return unknown('`ssl_conf_command` names parameters');
  const found = nearest(server, 'ssl_dhparam');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const entry = firstOf(found);
  if (found.kind !== 'found' || entry === undefined || value(entry) === '') {
    const ciphers = nearest(server, 'ssl_ciphers');
    if (ciphers.kind === 'found' && ciphers.scope !== server && holeFor(ciphers.scope, 'server') !== undefined)
      return unknown('its suites count for servers that cannot be seen as well');
    return NOT_WRITTEN;
  }
  const file = fileUse(entry, project);
  if (file === undefined) return unknown('`ssl_dhparam` names no file');
  const remove = () => byFile([{ file: entry.file, edit: removal(entry.file, entry.directive) }]);
  return known({ ...SSL_DHPARAM, file, remove }, originOf(server, found.scope, entry));
}
