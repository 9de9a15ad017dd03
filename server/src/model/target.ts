/** Owns versions: of the products a configuration is meant for, and how they compare. */

/** The products whose version decides what a configuration does. */
export const PRODUCTS = ['nginx', 'openssl', 'haproxy', 'apache', 'caddy', 'stunnel'] as const;
export type Product = (typeof PRODUCTS)[number];

/** The numbers of a version, most significant first: `[1, 29, 7]`. */
export type Version = readonly number[];

export interface TargetVersion {
  readonly version: Version;
  /** As it was written. */
  readonly text: string;
  /** Where it was found, in words: `wsslint.json`, `# nginx-version: comment`, … */
  readonly from: string;
  /** The product that it was found with, such as the OpenSSL of an nginx image: it holds only for that one. */
  readonly along?: Product;
}

/** What is known of the machine that will run the configuration. */
export type Target = ReadonlyMap<Product, TargetVersion>;

export const NO_TARGET: Target = new Map();

/**
 * The versions that count in a configuration of a language, with where each was found; the settings may name those of other
 * products. Caddy speaks TLS by itself, without OpenSSL.
 */
export function targetText(target: Target, language: string): string {
  return [...target]
    .filter(([product]) => product === language || (product === 'openssl' && language !== 'caddy'))
    .map(([product, { text, from }]) => `${product} ${text} (${from})`)
    .join(', ');
}

/** Lays what is nearer over a target. What came along with a product goes when another version of this is set. */
export function layer(base: Target, nearer: Target): Target {
  const kept = [...base].filter(([, { along }]) => along === undefined || !nearer.has(along));
  return new Map([...kept, ...nearer]);
}

/** Reads `1.29.7`, `v3.2`, `1.22.1-9+deb12u1`, `3.0.19`; undefined when there is no leading number. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+)*)/.exec(text.trim());
  return match?.[1]?.split('.').map(Number);
}

/** Negative, zero or positive; missing numbers count as 0. */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The versions that were asked for; few, as they stand in the sources. */
const asked = new Map<string, Version | undefined>();

function askedVersion(text: string): Version | undefined {
  if (!asked.has(text)) asked.set(text, parseVersion(text));
  return asked.get(text);
}

/** Whether the target is `version` or newer; undefined when the target does not say which version it has. */
export function atLeast(target: Target, product: Product, version: string): boolean | undefined {
  const have = target.get(product);
  const want = have === undefined ? undefined : askedVersion(version);
  if (have === undefined || want === undefined) return undefined;
  // "1.29" of a target says nothing about 1.29.7: undecided where it is a prefix of what is asked.
  if (have.version.length < want.length && have.version.every((n, i) => n === want[i])) {
    return want.slice(have.version.length).every((n) => n === 0) ? true : undefined;
  }
  return compareVersions(have.version, want) >= 0;
}
