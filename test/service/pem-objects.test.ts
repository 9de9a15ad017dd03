/** Owns the proof that every kind of block has a hover and an outline, and that no form of a private key gets into them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { noDependencies } from '../../server/src/files/store.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { outlineOf } from '../../server/src/service/outline.ts';
import { openssl } from '../certificates/openssl.ts';
import { CERTIFICATE, PRIVATE_KEY, pem } from '../certificates/samples.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { bench } from './kit.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const run = (command: string) => openssl(folder, ...command.split(' '));
const NOW = Date.UTC(2026, 11, 1);

/** The hover at the first letter of each block, and its line in the outline. */
async function shown(text: string): Promise<{ hover: string; outline: string }[]> {
  const { engine, hoverSource } = bench({ '/w/a.pem': text }, NOW);
  const items = outlineOf(engine, '/w/a.pem');
  return Promise.all(
    items.map(async ({ name, kind, span, nameSpan }) => {
      expect(span.start <= nameSpan.start && nameSpan.end <= span.end).toBe(true);
      const hover = await hoverAt(hoverSource, '/w/a.pem', span.start + 1);
      return { hover: hover?.markdown ?? '', outline: `${kind}: ${name}` };
    }),
  );
}

describeWith('openssl', 'blocks of every kind', () => {
  folder.write('crt', CERTIFICATE);
  folder.write('key', PRIVATE_KEY);
  folder.write('number', '1000\n');
  folder.write('db', 'R\t330101000000Z\t261101000000Z,keyCompromise\t0A\tunknown\t/CN=a\n');
  folder.write('ca.cnf', '[ca]\ndefault_ca=d\n[d]\ndatabase=db\ncrlnumber=number\ndefault_md=sha256\n');

  it.each([
    {
      name: 'a request',
      text: () => run('req -new -key key -subj /CN=new.example -addext subjectAltName=DNS:new.example'),
      outline: 'certificate: CN=new.example',
      hover: [
        '**Certificate request** `CN=new.example`',
        '- **Names:** `new.example`',
        '- **Key:** EC prime256v1 256 bits',
      ],
    },
    {
      name: 'a revocation list',
      text: () =>
        run(
          'ca -config ca.cnf -gencrl -cert crt -keyfile key -crl_lastupdate 20261001000000Z -crl_nextupdate 20261101000000Z',
        ),
      outline: 'section: CN=example.com, O=Example\\, Inc., C=DE',
      hover: ['**Revocation list** of', '- **Revokes:** 1 certificate', '2026-11-01 00:00 UTC, **which is over'],
    },
    {
      name: 'a public key',
      text: () => run('pkey -in key -pubout'),
      outline: 'key: EC prime256v1 256 bits',
      hover: ['**Public key** EC prime256v1 256 bits', '- **SHA-256 of the key:** `'],
    },
    {
      name: 'parameters of Diffie-Hellman',
      text: () => run('genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048'),
      outline: 'section: Diffie-Hellman 2048 bits (ffdhe2048)',
      hover: ['**Parameters** Diffie-Hellman 2048 bits (ffdhe2048)'],
    },
    {
      name: 'a bundle',
      text: () => run('crl2pkcs7 -nocrl -certfile crt'),
      outline: 'certificate: 1 certificate',
      hover: [
        '**PKCS#7 bundle** of 1 certificate',
        '- `CN=example.com, O=Example\\, Inc., C=DE`, until 2027-02-21 03:05 UTC',
      ],
    },
    {
      name: 'an encrypted key',
      text: () => run('pkcs8 -topk8 -in key -passout pass:geheim'),
      outline: 'key: encrypted',
      hover: ['**Private key** its kind is hidden, encrypted'],
    },
    {
      name: 'a block of another kind',
      text: () => pem('PGP MESSAGE', 'AAAA'),
      outline: 'section: PGP MESSAGE',
      hover: ['**`PGP MESSAGE`**'],
    },
    {
      name: 'a block that cannot be read',
      text: () => pem('X509 CRL', 'AAAA'),
      outline: 'section: damaged',
      hover: ['**`X509 CRL`** cannot be used: This block is no readable revocation list'],
    },
  ])('$name', async ({ text, outline, hover }) => {
    const [block, ...more] = await shown(text());
    expect(more).toEqual([]);
    expect(block?.outline).toBe(outline);
    for (const part of hover) expect(block?.hover).toContain(part);
  });

  /** All forms of a private key that the command writes, with what must stay secret in them. */
  function planted(): Map<string, { readonly content: string | Uint8Array; readonly secrets: readonly Buffer[] }> {
    const out = new Map<string, { content: string | Uint8Array; secrets: readonly Buffer[] }>();
    const kinds = [
      ['rsa', '-algorithm RSA -pkeyopt rsa_keygen_bits:1024'],
      ['pss', '-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024'],
      ['ec', '-algorithm EC -pkeyopt ec_paramgen_curve:P-256'],
      ['explicit', '-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit'],
      ['ed25519', '-algorithm ED25519'],
      ['ed448', '-algorithm ED448'],
      ['x25519', '-algorithm X25519'],
    ] as const;
    for (const [kind, options] of kinds) {
      run(`genpkey ${options} -out ${kind}`);
      const numbers = run(`pkey -in ${kind} -noout -text`).matchAll(
        /^(?:priv|privateExponent|prime.|exponent.|coefficient):((?:\s+[0-9a-f:]+)+)$/gm,
      );
      const secrets = Array.from(numbers, ([, hex = '']) => Buffer.from(hex.replace(/[\s:]/g, ''), 'hex'));
      expect([kind, secrets.length > 0]).toEqual([kind, true]);
      const add = (form: string, options: string, ending = 'pem') => {
        run(`${options} -in ${kind} -out form`);
        const bytes = readFileSync(join(folder.path, 'form'));
        out.set(`${kind}-${form}.${ending}`, {
          content: ending === 'pem' ? bytes.toString() : new Uint8Array(bytes),
          secrets,
        });
      };
      add('pkcs8', 'pkey');
      add('pkcs8', 'pkey -outform DER', 'der');
      add('encrypted', 'pkcs8 -topk8 -passout pass:geheim');
      if (!['rsa', 'ec', 'explicit'].includes(kind)) continue;
      add('older', 'pkey -traditional');
      add('older', 'pkey -traditional -outform DER', 'der');
      add('older-encrypted', `${kind === 'rsa' ? 'rsa -traditional' : 'ec'} -aes128 -passout pass:geheim`);
      if (kind !== 'rsa') add('no-public', 'ec -no_public');
    }
    // A container with an empty password holds the key as openly as a file without any.
    run('pkcs12 -export -in crt -inkey key -passout pass: -out p12');
    const known = Buffer.from(PRIVATE_KEY.split('\n').slice(1, -2).join(''), 'base64').subarray(36, 68);
    out.set('mine.p12', { content: new Uint8Array(readFileSync(join(folder.path, 'p12'))), secrets: [known] });
    const text = Buffer.from(
      'openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none\0\0\0\0\0\0\0\x01\0\0\0\x0f\0\0\0\x0bssh-ed25519',
      'latin1',
    );
    out.set('ssh.pem', { content: pem('OPENSSH PRIVATE KEY', Buffer.concat([text, known])), secrets: [known] });
    return out;
  }

  it('no form of a private key is in a hover, an outline or a finding', async () => {
    const files = planted();
    const contents: Record<string, string | Uint8Array> = {};
    for (const [name, { content }] of files) {
      contents[`/w/${name}`] = content;
      // Damage must not make a reader show what it would not show otherwise.
      if (typeof content === 'string') {
        contents[`/w/cut-${name}`] = content.slice(0, content.length * 0.7);
        contents[`/w/label-${name}`] = content.replaceAll(/[A-Z ]*PRIVATE KEY/g, 'CERTIFICATE REQUEST');
        contents[`/w/list-${name}`] = content.replaceAll(/[A-Z ]*PRIVATE KEY/g, 'X509 CRL');
      } else contents[`/w/cut-${name}`] = content.subarray(0, content.length * 0.7);
    }
    const names = Object.keys(contents);
    const uses = names.map(
      (name) => `server { listen 443 ssl; ssl_certificate ${name}; ssl_certificate_key ${name}; }`,
    );
    const made = bench({ '/w/nginx.conf': `events {}\nhttp {\n${uses.join('\n')}\n}\n`, ...contents }, NOW);
    const answers: unknown[] = [made.run.findings];
    for (const file of made.files) {
      answers.push(outlineOf(made.engine, file));
      const opened = made.engine.files.open(file, noDependencies());
      const length = opened.ok ? opened.file.text.length : 0;
      for (let offset = 0; offset <= length; offset += 29) answers.push(await hoverAt(made.hoverSource, file, offset));
    }
    const said = JSON.stringify(answers);
    for (const word of ['Private key', 'OpenSSH private key', 'certificate-file-damaged']) expect(said).toContain(word);
    for (const [name, { secrets, content }] of files) {
      expect([name, secrets.flatMap((secret) => formsIn(said, secret))]).toEqual([name, []]);
      // The search itself finds what it looks for, where it is not encrypted.
      const bare =
        typeof content === 'string'
          ? content.replaceAll(/-----.*-----|\s/g, '')
          : Buffer.from(content).toString('base64');
      if (!/encrypted|p12/.test(name))
        expect([name, formsIn(bare, secrets[0] ?? Buffer.alloc(0))]).not.toEqual([name, []]);
    }
  });

  /** The ways to write a part of a secret that occur in a text. */
  function formsIn(text: string, secret: Buffer): string[] {
    const hex = secret.subarray(4, 16).toString('hex');
    const forms = [hex, hex.replace(/..(?=.)/g, '$&:'), BigInt(`0x${hex}`).toString()];
    const searched = text.toLowerCase();
    // Base64 has three ways to start in the middle.
    const base64 = [4, 5, 6].map((at) => secret.subarray(at, at + 9).toString('base64'));
    return [...forms.filter((form) => searched.includes(form)), ...base64.filter((form) => text.includes(form))];
  }
});
