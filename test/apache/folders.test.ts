/** Owns the proof that folders of authorities count with their files that are named by a hash, and with no others. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { endpointsOf } from '../../server/src/model/model.ts';
import { startApache } from '../kit/apache.ts';
import { sharedAuthority } from '../kit/authority.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { describeWith } from '../kit/required.ts';
import { clientCertificateProbe } from '../kit/tls-probes.ts';
import { load } from './project.ts';

/** Whether a good client gets in, and how many authorities the model finds; `name` makes a file's name of the hash. */
async function ofFolder(name: (hash: string) => string) {
  const authority = await sharedAuthority();
  const hash = execFileSync('openssl', ['x509', '-noout', '-subject_hash'], { input: authority.certificate });
  const [site, client] = await Promise.all([
    authority.issue({ names: ['shop.example'] }),
    authority.issue({ commonName: 'client', usages: ['client'] }),
  ]);
  const text = `ServerRoot /etc/apache2
Listen 443
<VirtualHost *:443>
ServerName shop.example
SSLEngine on
SSLCertificateFile site.pem
SSLCertificateKeyFile site.key
SSLVerifyClient require
SSLVerifyDepth 3
SSLCACertificatePath /etc/apache2/clients/
</VirtualHost>
`;
  const files = {
    'apache2.conf': text,
    'site.pem': site.chain,
    'site.key': site.key,
    [`clients/${name(hash.toString().trim())}`]: authority.certificate,
  };
  const inPlace = Object.fromEntries(Object.entries(files).map(([path, body]) => [`/etc/apache2/${path}`, body]));
  const [endpoint] = endpointsOf(load(inPlace).model);
  const asked = endpoint?.clientCertificates.known === true ? endpoint.clientCertificates.value : undefined;
  const server = await startApache({ files });
  const own = { cert: client.chain, key: client.key };
  const probe = { port: server.port(443), servername: 'shop.example', path: '/', good: own, foreign: own };
  const { good } = await clientCertificateProbe(probe);
  await server.stop();
  return {
    found: asked?.trust?.known === true ? asked.trust.value.files.length : undefined,
    locked: asked?.lockout.known === true ? asked.lockout.value !== undefined : undefined,
    getsIn: 'status' in good,
  };
}

function onEach(generation: Generation): void {
  it.each([
    ['a hash and a number', (hash: string) => `${hash}.0`, { found: 1, locked: false, getsIn: true }],
    ['another name', () => 'ca.pem', { found: 0, locked: true, getsIn: false }],
    ['another end', (hash: string) => `${hash}.0.crt`, { found: 0, locked: true, getsIn: false }],
  ])('%s', (_, name, expected) =>
    onGeneration(generation, async () => {
      expect(await ofFolder(name)).toEqual(expected);
    }),
  );
}

describeWith(['apache', 'openssl'], 'the installed Apache', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith([suite, 'openssl'], `Debian ${suite}`, () => onEach(suite));
});
