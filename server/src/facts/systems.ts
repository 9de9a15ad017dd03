/** Owns which OpenSSL a release of Debian or Alpine has, as images of official builds take it from there. */

/** Source: https://packages.debian.org/openssl. */
const DEBIAN: Readonly<Record<string, string>> = {
  buster: '1.1.1',
  bullseye: '1.1.1',
  bookworm: '3.0',
  trixie: '3.5',
};

/** Source: https://pkgs.alpinelinux.org/packages?name=openssl. */
const ALPINE: Readonly<Record<string, string>> = {
  '3.14': '1.1.1',
  '3.15': '1.1.1',
  '3.16': '1.1.1',
  '3.17': '3.0',
  '3.18': '3.1',
  '3.19': '3.1',
  '3.20': '3.3',
  '3.21': '3.3',
  '3.22': '3.5',
};

/** The system that the rest of an image's tag names (`-alpine3.20-slim`, `-bookworm`), and its OpenSSL. */
export function systemOf(tag: string): { readonly system: string; readonly openssl: string } | undefined {
  const [, alpine, debian] = /-(?:alpine(\d+\.\d+)|(buster|bullseye|bookworm|trixie))(?=-|$)/.exec(tag) ?? [];
  const openssl = alpine === undefined ? DEBIAN[debian ?? ''] : ALPINE[alpine];
  if (openssl === undefined) return undefined;
  return { system: alpine === undefined ? `Debian ${debian}` : `Alpine ${alpine}`, openssl };
}
