/** Owns the proof that a strict back end refuses handshakes in HTTP/1.0, and which nginx sends them by default. */
import assert from 'node:assert/strict';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof } from '../../../../test/kit/proof.ts';
import { compareVersions, parseVersion } from '../../model/target.ts';

export const proofs: readonly Proof[] = [
  {
    title: 'a strict back end answers 400 to HTTP/1.0 and 101 to HTTP/1.1; another one takes both',
    needs: ['nginx'],
    async run(kit) {
      const probe = async (files: Files, strict: boolean) => {
        const backend = await kit.webSocketBackend({ strict });
        const nginx = await kit.nginx({ files, backends: { '127.0.0.1:3000': backend.port } });
        const { status } = await webSocketProbe({ port: nginx.port(80), path: '/ws/' });
        const http = backend.requests[0]?.httpVersion;
        return { status, http, modern: compareVersions(parseVersion(nginx.version) ?? [], [1, 29, 7]) >= 0 };
      };
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        const { status, http, modern } = await probe(bad, true);
        const isDefault = name === 'default' && modern;
        assert.deepEqual([status, http], isDefault ? [101, '1.1'] : [400, '1.0'], name);
        assert.equal((await probe(bad, false)).status, 101, name);
        const after = await probe(fixed, true);
        assert.deepEqual([after.status, after.http], [101, '1.1'], name);
      }
    },
  },
];
