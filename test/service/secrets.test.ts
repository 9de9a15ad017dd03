/** Owns the proof that no service ever shows key material, wherever keys are and however damaged they are. */
import { expect, it } from 'vitest';
import { proposalsAt } from '../../server/src/service/completion.ts';
import { effectiveText } from '../../server/src/service/effective.ts';
import { foldsOf } from '../../server/src/service/folds.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { linksOf, outlineOf } from '../../server/src/service/outline.ts';
import { createAuthority } from '../kit/authority.ts';
import { bench } from './kit.ts';

it('key material is in no answer', async () => {
  const authority = await createAuthority();
  const names = ['example.com'];
  const issued = await Promise.all([
    authority.issue({ names, key: 'p256' }),
    authority.issue({ names, key: 'rsa2048' }),
    authority.issue({ names, key: 'ed25519' }),
    authority.issue({ names, passphrase: 'secret words' }),
  ]);
  const [p256, rsa] = issued.map(({ key }) => key) as [string, string];
  const wrong = {
    'begin.key': rsa.replace('-----BEGIN', '----BEGIN'),
    'label.key': rsa.replaceAll('PRIVATE KEY', 'CERTIFICATE'),
    'base64.key': rsa.replace(/\n(.)/, '\n?$1'),
    'cut.key': rsa.slice(0, rsa.length / 2),
    'indented.key': rsa.replaceAll('\n', '\n  '),
    'line.key': rsa.replaceAll('\n', ' '),
    'header.key': p256.replace('\n', '\nProc-Type: 4,ENCRYPTED\n\n'),
    'bare.key': p256.replaceAll(/-----.*-----\n?/g, ''),
  };
  const keys = new Map([
    ...issued.map(({ bundle }, index) => [`bundle${index}.pem`, bundle] as const),
    ...Object.entries(wrong),
  ]);
  const uses = [...keys.keys()].map(
    (name) => `server { listen 443 ssl; ssl_certificate ${name}; ssl_certificate_key ${name}; }`,
  );
  const inline = `server { listen 444 ssl; ssl_certificate_key "data:${p256}"; }`;
  const { engine, run, files, hoverSource } = bench({
    '/w/nginx.conf': `events {}\nhttp {\n${uses.join('\n')}\n${inline}\n}\n`,
    ...Object.fromEntries([...keys].map(([name, text]) => [`/w/${name}`, text])),
  });

  const answers: unknown[] = [run.findings, run.projects.map((one) => effectiveText(one, one.project.root, undefined))];
  for (const file of files) {
    answers.push(outlineOf(engine, file), linksOf(engine, file), foldsOf(engine, file));
    const text = engine.files.open(file, { files: new Set(), missing: new Set(), directories: new Set() });
    const length = text.ok ? text.file.text.length : 0;
    for (let offset = 0; offset <= length; offset += 13) {
      answers.push(proposalsAt(engine, file, offset, []));
      answers.push(await hoverAt(hoverSource, file, offset));
    }
  }
  const said = JSON.stringify(answers);
  expect(said).toContain('Private key');
  expect(said).toContain('certificate-file-damaged');
  for (const { key } of issued) {
    const secret = key.replaceAll(/-----.*-----|\s/g, '');
    // The first bytes of a PKCS #8 key only name its algorithm; the public half at the end of it is no secret either.
    for (let at = 48; at + 12 <= secret.length; at += 4) expect(said).not.toContain(secret.slice(at, at + 12));
  }
});
