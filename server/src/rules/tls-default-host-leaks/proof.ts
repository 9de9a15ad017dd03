/** Owns the proof of what a client without a name, or with a foreign one, is shown. */
import assert from 'node:assert/strict';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { peerChain } from '../../../../test/kit/tls-probes.ts';

/** How many certificates are shown without a name, for a foreign one, and for one of the sites. */
async function shown(kit: ProofKit, files: Files): Promise<number[]> {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example', 'admin.shop.example'] });
  const port = (await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key } })).port(443);
  const counts = [];
  for (const name of [{}, { servername: 'foreign.example' }, { servername: 'shop.example' }])
    counts.push(Math.min(1, (await peerChain({ port, ...name })).length));
  return counts;
}

export const proofs: readonly Proof[] = [
  {
    title: 'the first site shows its certificate to everybody, until unknown names are refused',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'first');
      assert.deepEqual(await shown(kit, bad), [1, 1, 1]);
      assert.deepEqual(await shown(kit, fixed), [0, 0, 1]);
    },
  },
  {
    title: 'HAProxy shows the first certificate to everybody, until unknown names are refused',
    needs: ['haproxy', 'openssl'],
    async run(kit) {
      const authority = await kit.authority();
      const [shop, admin] = await Promise.all([
        authority.issue({ names: ['shop.example'] }),
        authority.issue({ names: ['admin.example'] }),
      ]);
      const subjects = async (files: Files) => {
        const server = await kit.haproxy({ files: { ...files, 'shop.pem': shop.bundle, 'admin.pem': admin.bundle } });
        const port = server.port(443);
        const out = [];
        for (const name of [{}, { servername: 'foreign.example' }, { servername: 'admin.example' }])
          out.push((await peerChain({ port, ...name }))[0]?.subjectAltName);
        return out;
      };
      const { bad, fixed } = kit.pair('haproxy');
      assert.deepEqual(await subjects(bad), ['DNS:shop.example', 'DNS:shop.example', 'DNS:admin.example']);
      assert.deepEqual(await subjects(fixed), [undefined, undefined, 'DNS:admin.example']);
    },
  },
  {
    title: 'Apache shows the certificate of the first host to everybody',
    needs: ['apache', 'openssl'],
    async run(kit) {
      const authority = await kit.authority();
      const files: Record<string, string> = {};
      for (const name of ['admin.shop', 'shop', 'none']) {
        const { chain, key } = await authority.issue({ names: [`${name}.example`] });
        files[`${name.split('.')[0]}.pem`] = chain;
        files[`${name.split('.')[0]}.key`] = key;
      }
      const subjects = async (more: Files) => {
        const port = (await kit.apache({ files: { ...more, ...files } })).port(443);
        const out = [];
        for (const name of [{}, { servername: 'foreign.example' }, { servername: 'shop.example' }])
          out.push((await peerChain({ port, ...name }))[0]?.subjectAltName);
        return out;
      };
      const [bad = {}] = kit.examples('apache', 'bad');
      const [good = {}] = kit.examples('apache', 'good');
      const [admin, none, shop] = ['admin.shop', 'none', 'shop'].map((name) => `DNS:${name}.example`);
      assert.deepEqual(await subjects(bad), [admin, admin, shop]);
      assert.deepEqual(await subjects(good), [none, none, shop]);
    },
  },
];
