/** Owns the proof of crl-expired: a client with a good certificate is refused until the lists are there and current. */
import { expect } from 'vitest';
import { revocationList } from '../../../../test/certificate-rules/revocation.ts';
import { type Authority, createAuthority } from '../../../../test/kit/authority.ts';
import { httpBackend } from '../../../../test/kit/backends.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const DAY = 86_400_000;
const name = 'shop.example.com';

/** Lists that end so many days from today. */
const listFor = (authority: Authority, days: number) =>
  revocationList(authority, {
    thisUpdate: new Date(Date.now() - 60 * DAY),
    nextUpdate: new Date(Date.now() + days * DAY),
  });

interface Outcome {
  readonly status: number | 'refused';
  readonly log: string;
}

/** What a client of an authority is answered by a server with these files. */
async function answer(
  kit: ProofKit,
  language: 'nginx' | 'haproxy' | 'apache' | 'stunnel',
  files: Files,
  client: Authority,
  logs?: RegExp,
): Promise<Outcome> {
  const { certificate, key } = await client.issue({ commonName: 'somebody', usages: ['client'] });
  const backend = await httpBackend();
  try {
    const server = await kit[language]({ files, backends: { '127.0.0.1:3000': backend.port } });
    const status = await httpProbe({
      port: server.port(443),
      tls: { servername: name, cert: certificate, key },
    }).then(
      (one) => one.status,
      () => 'refused' as const,
    );
    if (logs !== undefined) await server.logged(logs);
    return { status, log: server.log() };
  } finally {
    await backend.stop();
  }
}

/** The example that is called so, or the first one, with authorities and lists of the proof in the place of its own. */
function withLists(files: Files | undefined, authorities: string, lists: string): Files {
  return { ...files, 'certs/clients.pem': authorities, 'certs/crl.pem': lists };
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx refuses a good client while the list has expired',
    needs: ['nginx'],
    async run(kit) {
      const authority = await createAuthority();
      const [files] = kit.examples('nginx', 'bad');
      const ask = (lists: string) => answer(kit, 'nginx', withLists(files, authority.certificate, lists), authority);
      const expired = await ask(await listFor(authority, -1));
      expect(expired.status).toBe(400);
      expect(expired.log).toContain('(12:CRL has expired)');
      expect((await ask(await listFor(authority, 30))).status).not.toBe(400);
    },
  },
  {
    title: 'nginx before 1.27.2 takes a certificate for a list, and refuses everybody',
    needs: ['nginx'],
    versions: { nginx: { before: '1.27.2' } },
    async run(kit) {
      const authority = await createAuthority();
      const [files] = kit.examples('nginx', 'bad');
      const lists = withLists(files, authority.certificate, authority.certificate);
      const { status, log } = await answer(kit, 'nginx', lists, authority);
      expect(status).toBe(400);
      expect(log).toContain('(3:unable to get certificate CRL)');
    },
  },
  {
    title: 'nginx from 1.27.2 on does not start with a certificate in the place of a list',
    needs: ['nginx'],
    versions: { nginx: { from: '1.27.2' } },
    async run(kit) {
      const authority = await createAuthority();
      const [files] = kit.examples('nginx', 'bad');
      const { ok, output } = await nginxTest({ files: withLists(files, authority.certificate, authority.certificate) });
      expect(ok).toBe(false);
      expect(output).toMatch(/cannot load CRL .*no start line/);
    },
  },
  {
    title: 'nginx refuses the clients of the authority that has no list, and lets the others in',
    needs: ['nginx'],
    async run(kit) {
      const [one, other] = [
        await createAuthority({ commonName: 'One' }),
        await createAuthority({ commonName: 'Other' }),
      ];
      const [files] = kit.examples('nginx', 'good');
      const lists = await listFor(one, 30);
      const both = withLists(files, one.certificate + other.certificate, lists);
      expect((await answer(kit, 'nginx', both, one)).status).not.toBe(400);
      const refused = await answer(kit, 'nginx', both, other);
      expect(refused.status).toBe(400);
      expect(refused.log).toContain('(3:unable to get certificate CRL)');
    },
  },
  {
    title: 'HAProxy ends the handshake of a good client while the list has expired',
    needs: ['haproxy'],
    async run(kit) {
      const authority = await createAuthority();
      const [files] = kit.examples('haproxy', 'bad');
      const ask = async (days: number) =>
        answer(kit, 'haproxy', withLists(files, authority.certificate, await listFor(authority, days)), authority);
      expect((await ask(-1)).status).toBe('refused');
      expect((await ask(30)).status).not.toBe('refused');
    },
  },
  {
    title: 'Apache ends the handshake of a good client while the list has expired, or is a certificate',
    needs: ['apache'],
    async run(kit) {
      const authority = await createAuthority();
      const [files] = kit.examples('apache', 'bad');
      const ask = (lists: string, logs?: RegExp) =>
        answer(kit, 'apache', withLists(files, authority.certificate, lists), authority, logs);
      const expired = await ask(
        await listFor(authority, -1),
        /Certificate Verification: Error \(12\): CRL has expired/,
      );
      expect(expired.status).toBe('refused');
      const other = await ask(authority.certificate, /Error \(3\): unable to get certificate CRL/);
      expect(other.status).toBe('refused');
      expect((await ask(await listFor(authority, 30))).status).not.toBe('refused');
    },
  },
  {
    title:
      'stunnel ends the handshake of a good client while the list has expired, and does not start with a certificate for a list',
    needs: ['stunnel'],
    async run(kit) {
      const authority = await createAuthority();
      const [files] = kit.examples('stunnel', 'bad');
      const ask = async (lists: string, logs?: RegExp) =>
        answer(kit, 'stunnel', withLists(files, authority.certificate, lists), authority, logs);
      const expired = await ask(await listFor(authority, -1), /CRL has expired/);
      expect(expired.status).toBe('refused');
      expect((await ask(await listFor(authority, 30))).status).not.toBe('refused');
      await expect(ask(authority.certificate)).rejects.toThrow('no start line');
    },
  },
  {
    title: 'stunnel needs no list of the authorities above the one that issued the client',
    needs: ['stunnel'],
    async run(kit) {
      const root = await createAuthority();
      const issuer = await root.intermediate();
      const [files] = kit.examples('stunnel', 'good');
      const both = withLists(files, root.certificate + issuer.certificate, await listFor(issuer, 30));
      expect((await answer(kit, 'stunnel', both, issuer)).status).not.toBe('refused');
      expect((await answer(kit, 'stunnel', both, root)).status).toBe('refused');
    },
  },
];
