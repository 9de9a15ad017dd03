/** Owns the names of a certificate that no site has: the other way round than certificate-name-mismatch. */
import type { Certificate } from '../certificates/certificate.ts';
import { ipBytes } from '../certificates/ip.ts';

/** The names of all sites, for looking them up. */
export interface SiteNames {
  readonly names: ReadonlySet<string>;
  /** The names without their first label, with the dot in front of the rest. */
  readonly parents: ReadonlySet<string>;
}

export function siteNames(all: Iterable<string>): SiteNames {
  const names = new Set<string>();
  for (const name of all) names.add(plain(name));
  return { names, parents: new Set([...names].map((name) => name.slice(name.indexOf('.')))) };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/**
 * The DNS names that no site is called, in the certificate's order. None where a site that presents it may have any name
 * (`_`, expressions, names without a dot), and where none of these has a name.
 */
export function unusedNames(
  { san }: Pick<Certificate, 'san'>,
  presenting: readonly string[],
  all: SiteNames,
): readonly string[] {
  if (presenting.length === 0 || presenting.some(mayBeAny)) return [];
  return (san?.dns ?? []).filter((name) => !isCalled(name.toLowerCase(), all));
}

function mayBeAny(site: string): boolean {
  if (ipBytes(site) !== undefined) return false;
  return (
    site.startsWith('~') || site.endsWith('.*') || site.includes('$') || !plain(site).replace(/^\./, '').includes('.')
  );
}

/** Whether some site is asked for under a name of a certificate, whose wildcard stands for one label. */
function isCalled(name: string, { names, parents }: SiteNames): boolean {
  if (names.has(name) || names.has(`.${name}`)) return true;
  if (name.startsWith('*.') && parents.has(name.slice(1))) return true;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const below = name.slice(dot);
    if (names.has(below) || names.has(`*${below}`)) return true;
  }
  return false;
}
