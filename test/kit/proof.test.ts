/** Owns the proof that a proof gets its page's examples, and that nothing it started outlives it. */
import { expect, it } from 'vitest';
import { parseExamples } from './markdown.ts';
import { webSocketProbe } from './probes.ts';
import { holdsOn, type Proof, runProof } from './proof.ts';
import { describeWith } from './required.ts';

const location = (lines: string) => `server {
    listen 80;
    location /ws/ {
        proxy_pass http://127.0.0.1:3000;
${lines}    }
}
`;
const page = `# websocket-upgrade-dropped

\`\`\`nginx bad name=plain
${location('')}\`\`\`

\`\`\`nginx fixed
${location(`        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
`)}\`\`\`
`;

const proof = (seen: { port: number; status: number }[]): Proof => ({
  title: 'nginx answers itself instead of passing the upgrade on',
  needs: ['nginx'],
  async run(kit) {
    const backend = await kit.webSocketBackend();
    for (const { bad, fixed } of kit.pairs('nginx')) {
      for (const files of [bad, fixed]) {
        const nginx = await kit.nginx({ files, backends: { '127.0.0.1:3000': backend.port } });
        const { status } = await webSocketProbe({ port: nginx.port(80), path: '/ws/' });
        seen.push({ port: nginx.port(80), status });
      }
    }
  },
});

describeWith('nginx', 'a proof', () => {
  it('sees the symptom in the bad example only, and leaves nothing running', async () => {
    const seen: { port: number; status: number }[] = [];
    await runProof(proof(seen), parseExamples(page).blocks);
    expect(seen.map(({ status }) => status)).toEqual([426, 101]);
    for (const { port } of seen) await expect(webSocketProbe({ port })).rejects.toThrow('ECONNREFUSED');
  });

  it('stops its servers when it fails too', async () => {
    const seen: number[] = [];
    const failing: Proof = {
      title: 'fails',
      needs: [],
      async run(kit) {
        seen.push((await kit.httpBackend()).port);
        throw new Error('as it should');
      },
    };
    await expect(runProof(failing, [])).rejects.toThrow('as it should');
    await expect(webSocketProbe({ port: seen[0] ?? 0 })).rejects.toThrow('ECONNREFUSED');
  });
});

it('fails when the page has no example to prove', async () => {
  const none = parseExamples(page).blocks.filter(({ kind }) => kind === 'good');
  await expect(runProof(proof([]), none)).rejects.toThrow('no fixable example for nginx');
  const named = runProof(
    { ...proof([]), run: async (kit) => void kit.pair('nginx', 'other') },
    parseExamples(page).blocks,
  );
  await expect(named).rejects.toThrow('no fixable example "other" for nginx');
});

it('holds from a version on, or before one', () => {
  const bound = (from?: string, before?: string) => ({
    versions: { nginx: { ...(from && { from }), ...(before && { before }) } },
  });
  expect(holdsOn({}, { nginx: '1.22.1' })).toBe(true);
  expect(holdsOn(bound('1.25.1'), { nginx: '1.25.0' })).toBe(false);
  expect(holdsOn(bound('1.25.1'), { nginx: '1.25.1', haproxy: '2.6.12' })).toBe(true);
  expect(holdsOn(bound(undefined, '1.25.1'), { nginx: '1.25.0' })).toBe(true);
  expect(holdsOn(bound(undefined, '1.25.1'), { nginx: '1.25.1' })).toBe(false);
  expect(holdsOn(bound('1.25', '1.29.7'), { nginx: '1.30.0' })).toBe(false);
  expect(() => holdsOn(bound('mainline'), { nginx: '1.30.0' })).toThrow('mainline');
});
