/** Owns keys that tests plant in every form, and the search for any part of them in what was said. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Key files by name: every form that tools write, and every way to damage one that is common. */
export interface Planted {
  readonly files: ReadonlyMap<string, string | Buffer>;
  /** The private numbers of all of them. */
  readonly secrets: readonly Buffer[];
}

const PASSPHRASE = { cipher: 'aes-256-cbc', passphrase: 'secret words' } as const;

/** Keys of their own in all forms. Each has a label and an ending under which somebody would keep it. */
export function plantKeys(): Planted {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  const ed = generateKeyPairSync('ed25519').privateKey;
  const ed448 = generateKeyPairSync('ed448').privateKey;
  const files = new Map<string, string | Buffer>();
  for (const [name, key] of Object.entries({ rsa, ec, ed, ed448 })) {
    files.set(`${name}-pkcs8.key`, pem(key, 'pkcs8'));
    files.set(`${name}-encrypted.key`, key.export({ type: 'pkcs8', format: 'pem', ...PASSPHRASE }));
    files.set(`${name}-der.key`, key.export({ type: 'pkcs8', format: 'der' }));
  }
  files.set('rsa-pkcs1.pem', pem(rsa, 'pkcs1'));
  files.set('rsa-old-encrypted.pem', rsa.export({ type: 'pkcs1', format: 'pem', ...PASSPHRASE }));
  files.set('ec-sec1.pem', pem(ec, 'sec1'));
  files.set('rsa-pkcs1.der', rsa.export({ type: 'pkcs1', format: 'der' }));
  files.set('ed-openssh.key', openssh(ed));
  const text = pem(rsa, 'pkcs8');
  files.set('begin.key', text.replace('-----BEGIN', '----BEGIN'));
  files.set('dashes.key', text.replace('-----END', '----END'));
  files.set('label.crt', text.replaceAll('PRIVATE KEY', 'CERTIFICATE'));
  files.set('other-label.pem', text.replaceAll('PRIVATE KEY', 'X509 CRL'));
  files.set('request.csr', text.replaceAll('PRIVATE KEY', 'CERTIFICATE REQUEST'));
  files.set('character.key', text.replace(/\n(.)/, '\n!$1'));
  files.set('cut.key', text.slice(0, text.length / 2));
  files.set('indented.key', text.replaceAll('\n', '\n  '));
  files.set('line.key', text.replaceAll('\n', ' '));
  files.set('escaped.key', `"${text.trimEnd().replaceAll('\n', '\\n')}"\n`);
  files.set('header.key', pem(ec, 'pkcs8').replace('\n', '\nProc-Type: 4,ENCRYPTED\n\n'));
  files.set('bare.key', pem(ec, 'pkcs8').replaceAll(/-----.*-----\n?/g, ''));
  return { files, secrets: [rsa, ec, ed, ed448].flatMap(privateNumbers) };
}

function pem(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1'): string {
  return key.export({ type, format: 'pem' }).toString();
}

/** The private numbers of a key in PEM. */
export function secretsOf(key: string): Buffer[] {
  return privateNumbers(createPrivateKey(key));
}

function privateNumbers(key: KeyObject): Buffer[] {
  const { d, p, q, dp, dq, qi } = key.export({ format: 'jwk' });
  return [d, p, q, dp, dq, qi].flatMap((part) => (part === undefined ? [] : [Buffer.from(part, 'base64url')]));
}

/** The format of OpenSSH (PROTOCOL.key), as far as a reader looks before it gives up: the seed stands in it in the clear. */
function openssh(key: KeyObject): string {
  const field = (bytes: Uint8Array | string): Buffer => {
    const value = Buffer.from(bytes as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    return Buffer.concat([length, value]);
  };
  const [seed = Buffer.alloc(0)] = privateNumbers(key);
  const publicKey = Buffer.concat([field('ssh-ed25519'), field(seed)]);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicKey),
    field(Buffer.concat([publicKey, field(seed)])),
  ]);
  const lines = body.toString('base64').replace(/.{70}/g, '$&\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** Bytes of a secret that count as a leak: fewer may be chance. */
const PART = 9;

/** Where any part of a secret stands in a text, in base64, in hexadecimal digits of any fashion, or as it is. */
export function leaksIn(text: string, secrets: readonly Buffer[]): string[] {
  const hex = text.toLowerCase().replaceAll(/[\s:]/g, '');
  const base64 = text
    .replaceAll(/\\[nr]|\s/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  const found: string[] = [];
  for (const secret of secrets) {
    for (let at = 0; at + PART <= secret.length; at += PART) {
      const part = secret.subarray(at, at + PART);
      if (hex.includes(part.toString('hex'))) found.push(`hexadecimal at ${at}`);
      if (text.includes(part.toString('latin1'))) found.push(`bytes at ${at}`);
    }
    // Base64 of a secret inside of something depends on where it starts there.
    for (let shift = 0; shift < 3; shift++) {
      const whole = Buffer.concat([Buffer.alloc(shift), secret])
        .toString('base64')
        .slice(4, -4);
      for (let at = 0; at + 12 <= whole.length; at += 4)
        if (base64.includes(whole.slice(at, at + 12))) found.push(`base64 at ${at}`);
    }
  }
  return found;
}
