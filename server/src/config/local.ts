/** Owns the versions of this machine's nginx: what the binary that the user has named says of itself. */
import type { FileId, Host } from '../files/host.ts';
import { isAbsolute } from '../files/paths.ts';
import { NO_TARGET, type Product, parseVersion, type Target, type TargetVersion } from '../model/target.ts';

export type Local = { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly why: string };

/** Asks a binary; the caller has made sure that the user named it and trusts the workspace. */
export async function localTarget(host: Host, program: FileId): Promise<Local> {
  if (!isAbsolute(program)) return { ok: false, why: 'the path of the nginx binary must be absolute' };
  const said = await host.versionOf?.(program);
  if (said === undefined) return { ok: false, why: 'no program can be run here' };
  if (!said.ok) return { ok: false, why: said.detail };
  const target = targetFrom(said.text, program);
  return target.size > 0 ? { ok: true, target } : { ok: false, why: 'it does not say that it is nginx' };
}

const NGINX = /^nginx version: (?:nginx|openresty)\/(\d+\.\d+\.\d+)/m;
/** Two versions where the library that it runs with is not the one that it was built with: that one counts. */
const RUNS = /^built with (?:OpenSSL [^(\n]*\(running with )?OpenSSL (\d+\.\d+\.\d+)/m;

/** Reads what `nginx -V` prints. Its OpenSSL is known where it has one: LibreSSL, BoringSSL and AWS-LC are others. */
export function targetFrom(text: string, program: FileId): Target {
  const nginx = NGINX.exec(text)?.[1];
  if (nginx === undefined) return NO_TARGET;
  const openssl = RUNS.exec(text)?.[1];
  const from = `\`${program} -V\``;
  const version = (product: Product, of: string | undefined): [Product, TargetVersion][] => {
    const numbers = of === undefined ? undefined : parseVersion(of);
    if (of === undefined || numbers === undefined) return [];
    return [[product, { version: numbers, text: of, from, ...(product !== 'nginx' && { along: 'nginx' as const }) }]];
  };
  return new Map([...version('nginx', nginx), ...version('openssl', openssl)]);
}
