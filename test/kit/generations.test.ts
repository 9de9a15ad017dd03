/** Owns the proof that a test on another generation really has that generation's servers, and sees files as they do. */
import { expect, it } from 'vitest';
import { currentGeneration, onGeneration, SUITES, suiteRoot } from './generations.ts';
import { haproxyCheck, haproxyVersion } from './haproxy.ts';
import { nginxTest, nginxVersion } from './nginx.ts';
import { runProcess } from './process.ts';
import { available, itWith } from './required.ts';

for (const suite of SUITES) {
  itWith(suite, `Debian ${suite} has servers of its own`, async () => {
    const root = suiteRoot(suite) ?? '';
    const { output } = await runProcess('/usr/sbin/chroot', [root, '/usr/sbin/nginx', '-v']);
    expect(output).toContain(`nginx/${await onGeneration(suite, nginxVersion)}`);
    const installed = available('haproxy') ? await haproxyVersion() : undefined;
    const [version, generation] = await onGeneration(suite, async () => [await haproxyVersion(), currentGeneration()]);
    expect(generation).toBe(suite);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    if (installed !== undefined) expect(await haproxyVersion()).toBe(installed);
  });

  itWith(suite, `Debian ${suite} finds included files, and names them without its folder`, () =>
    onGeneration(suite, async () => {
      const good = {
        'nginx.conf': 'events {} http { include /etc/nginx/more.conf; }',
        'more.conf': 'server_tokens off;',
      };
      expect(await nginxTest({ files: good })).toMatchObject({ ok: true });
      const bad = await nginxTest({ files: { ...good, 'more.conf': 'nonsense;' } });
      expect(bad.ok).toBe(false);
      expect(bad.output).toContain('unknown directive "nonsense" in /etc/nginx/more.conf:1');
      const haproxy = await haproxyCheck({ files: { 'haproxy.cfg': 'nonsense\n' } });
      expect(haproxy.output).toContain('[/etc/haproxy/haproxy.cfg:1]');
    }),
  );
}

it('is the installed one outside, and another is refused where it is not prepared', async () => {
  expect(currentGeneration()).toBe('installed');
  expect(await onGeneration('sid', async () => currentGeneration())).toBe('sid');
  const missing = SUITES.find((suite) => suiteRoot(suite) === undefined);
  if (missing !== undefined) await expect(onGeneration(missing, nginxVersion)).rejects.toThrow('not prepared');
});
