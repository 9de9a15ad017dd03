/** Owns the proof that HAProxy counts milliseconds where there is no unit. */
import assert from 'node:assert/strict';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof } from '../../../../test/kit/proof.ts';

export const proofs: readonly Proof[] = [
  {
    title:
      '`timeout tunnel 3600` closes a silent WebSocket after 3.6 seconds, `3600s` does not; `haproxy -c` takes both',
    needs: ['haproxy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const life = async (files: Files) => {
        const haproxy = await kit.haproxy({ files, backends: { '127.0.0.1:3000': backend.port } });
        return (await webSocketProbe({ port: haproxy.port(80), holdMs: 5000 })).closedAfterMs;
      };
      const { bad, fixed } = kit.pair('haproxy', 'tunnel');
      const closed = await life(bad);
      assert.ok(closed !== undefined && closed >= 3500, `${closed}`);
      assert.equal(await life(fixed), undefined);
      for (const pair of kit.pairs('haproxy'))
        for (const files of [pair.bad, pair.fixed]) assert.ok((await haproxyCheck({ files })).ok, pair.name);
    },
  },
];
