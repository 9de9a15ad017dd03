/** Owns suites as a table that people can read. */
import type { Suite } from '../ciphers/suites.ts';
import { weaknessOf } from '../ciphers/weakness.ts';
import { code } from './markdown.ts';

const MOST = 20;

/** The suites in their order, with a mark for the weak ones; long lists end with how many there are more. */
export function suiteTable(suites: readonly Suite[]): string {
  if (suites.length === 0) return '';
  const shown = suites.slice(0, suites.length === MOST + 1 ? MOST + 1 : MOST);
  const rows = shown.map((suite, index) => {
    const cells = [
      index + 1,
      code(suite.name),
      suite.keyExchange === 'any' ? 'any group' : suite.keyExchange,
      signerWord(suite.authentication),
      encryptionWord(suite),
      markOf(suite),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const rest = suites.slice(shown.length);
  const weak = rest.filter((suite) => weaknessOf(suite) !== undefined).length;
  const more = rest.length === 0 ? [] : ['', `and ${rest.length} more${weak > 0 ? `, ${weak} of them weak` : ''}`];
  const head = ['| | Suite | Exchange | Signed | Encryption | |', '| --: | :-- | :-- | :-- | :-- | :-- |'];
  return [...head, ...rows, ...more].join('\n');
}

function markOf(suite: Suite): string {
  const weakness = weaknessOf(suite);
  if (weakness === undefined) return '';
  return weakness.severity === 'error' ? '✖' : '⚠';
}

function signerWord(authentication: string): string {
  if (authentication === 'NULL') return 'nothing';
  return authentication === 'any' ? 'any key' : authentication;
}

/** `AES-128-GCM`, `AES-256-CBC with SHA-1`. */
function encryptionWord({ encryption, mac }: Suite): string {
  const digest = mac === 'AEAD' ? '' : ` with ${mac.replace(/^SHA/, 'SHA-')}`;
  return `${cipherWord(encryption, mac === 'AEAD')}${digest}`;
}

function cipherWord(encryption: string, aead: boolean): string {
  if (encryption === 'NULL') return 'none';
  if (encryption === 'CHACHA20') return 'ChaCha20-Poly1305';
  const [, name, bits, mode] = /^(AES|CAMELLIA|ARIA)(128|256)(\w*)$/.exec(encryption) ?? [];
  if (name !== undefined) return `${name === 'CAMELLIA' ? 'Camellia' : name}-${bits}-${mode === '' ? 'CBC' : mode}`;
  // RC4 is no block cipher; what else is left is used in CBC mode.
  return encryption === 'RC4' || aead ? encryption : `${encryption}-CBC`;
}
