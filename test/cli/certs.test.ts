/** Owns the proof that `wsslint certs` lists every certificate once, the most urgent first, in each format. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columns } from '../../server/src/cli/frame.ts';
import { core } from '../../server/src/node/cli-core.ts';
import { createAuthority } from '../kit/authority.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { type Ran, run } from './kit.ts';

const NOW = '2026-06-01T00:00:00Z';
const day = (n: number) => new Date(Date.parse(NOW) + n * 86_400_000);

let folder: Folder;
beforeAll(async () => {
  folder = temporaryFolder();
  const root = await createAuthority({ commonName: 'Example Root', notBefore: day(-400), notAfter: day(3000) });
  const issue = (name: string, from: number, to: number, more: readonly string[] = []) =>
    root.issue({ names: [name, ...more], notBefore: day(from), notAfter: day(to) });
  const [old, soon, good, other, next] = await Promise.all([
    issue('old.example.com', -90, -3),
    issue('soon.example.com', -80, 10),
    issue('good.example.com', -10, 80, ['www.good.example.com']),
    issue('other.example.com', -10, 70),
    issue('next.example.com', 5, 95),
  ]);
  folder.write('ca.pem', root.certificate);
  folder.write('old.pem', old.certificate);
  folder.write('soon.pem', `Issued for the shop.\n\n${soon.chain}`);
  folder.write('good.pem', good.chain);
  folder.write('good.key', good.key);
  folder.write('other.pem', other.chain);
  folder.write('next.pem', next.chain);
  folder.write(
    'nginx.conf',
    `events {}
http {
    server { listen 443 ssl; server_name good.example.com; ssl_certificate good.pem; ssl_certificate_key good.key; }
    server { listen 443 ssl; server_name www.good.example.com; ssl_certificate good.pem; ssl_certificate_key good.key; }
    server { listen 443 ssl; server_name other.example.com; ssl_certificate other.pem; ssl_certificate_key good.key; }
}
`,
  );
});
afterAll(() => folder.remove());

const certs = (argv: readonly string[], other: Parameters<typeof run>[2] = {}): Promise<Ran> =>
  run(folder.path, ['certs', '--now', NOW, ...argv], { core: async () => core, ...other });

const TABLE = `\
DAYS  UNTIL       CERTIFICATE                      ISSUER        KEY           USED BY                     FILE
  -3  2026-05-29  old.example.com                  Example Root  -             -                           old.pem
  70  2026-08-10  other.example.com                Example Root  does not fit  server other.example.com    other.pem
  95  2026-09-04  next.example.com                 Example Root  -             -                           next.pem
  10  2026-06-11  soon.example.com                 Example Root  -             -                           soon.pem:3
  80  2026-08-20  good.example.com and 1 more name  Example Root  good.key      server good.example.com +1  good.pem
3000  2034-08-18  Example Root (a CA)              itself        -             -                           ca.pem

6 certificates in 6 files: 1 expired, 1 with a key that does not belong to it, 1 not valid yet, 1 expiring soon, 2 valid
`;

/** Lines without the width of their columns. */
const cells = (text: string) => text.split('\n').map((line) => line.trim().split(/ {2,}/));

describe('certs', () => {
  it('lists certificates as a table, the most urgent first', async () => {
    const ran = await certs(['.']);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(cells(ran.out)).toEqual(cells(TABLE));
  });

  it('aligns its columns', async () => {
    const lines = (await certs(['.'])).out.split('\n').slice(0, 7);
    const at = lines[0]?.indexOf('FILE') ?? -1;
    expect(lines.map((line) => line.slice(at - 2, at))).toEqual(Array(7).fill('  '));
    expect(lines.every((line) => line[at] !== ' ')).toBe(true);
  });

  it.each([200, 120, 90, 70])('fits a terminal of %i columns', async (width) => {
    const ran = await certs(['.'], { isTTY: true, columns: width, environment: { NO_COLOR: '1' } });
    const table = ran.out.split('\n').slice(0, 7);
    expect(Math.max(...table.map(columns))).toBeLessThanOrEqual(width);
    expect(table.every((line) => /^ *-?(\d+|DAYS) {2}\S/.test(line))).toBe(true);
  });

  it('colours what is urgent on a terminal', async () => {
    const lines = (await certs(['.'], { isTTY: true, columns: 200 })).out.split('\n');
    expect(lines[1]).toMatch(/^\u001B\[31m.*old\.example\.com/);
    expect(lines[4]).toMatch(/^\u001B\[33m.*soon\.example\.com/);
    expect(lines[5]).not.toContain('\u001B');
  });

  it('lists the certificates that a configuration names, wherever they are', async () => {
    const { out } = await certs(['nginx.conf', '--format', 'json']);
    const { certificates } = JSON.parse(out) as { certificates: { file: string }[] };
    expect(certificates.map(({ file }) => file)).toEqual(['other.pem', 'good.pem']);
  });

  it('tells programs all of it, in the same bytes each time', async () => {
    const ran = await certs(['.', '--format', 'json']);
    expect((await certs(['nginx.conf', '.', '--format', 'json'])).out).toBe(ran.out);
    const report = JSON.parse(ran.out) as { version: number; now: string; certificates: Record<string, unknown>[] };
    expect([report.version, report.now, report.certificates.length]).toEqual([1, NOW, 6]);
    expect(report.certificates[4]).toEqual({
      file: 'good.pem',
      line: 1,
      subject: 'CN=good.example.com',
      names: ['good.example.com', 'www.good.example.com'],
      issuer: 'CN=Example Root',
      isCA: false,
      from: '2026-05-22T00:00:00Z',
      until: '2026-08-20T00:00:00Z',
      daysLeft: 80,
      urgency: 'valid',
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      pin: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      usedBy: [
        { label: 'server good.example.com', file: 'nginx.conf', line: 3 },
        { label: 'server www.good.example.com', file: 'nginx.conf', line: 4 },
      ],
      key: { state: 'found', files: ['good.key'] },
    });
    expect(report.certificates[1]).toMatchObject({ urgency: 'foreign-key', key: { state: 'foreign', files: [] } });
  });

  it('writes CSV that no spreadsheet runs', async () => {
    const { certificate } = await (await createAuthority()).issue({ names: ['a.example.com', 'b.example.com'] });
    folder.write('csv/sub/=1+1,"2.pem', certificate);
    const { out } = await run(join(folder.path, 'csv/sub'), ['certs', '.', '--format', 'csv'], {
      core: async () => core,
    });
    const [head, row, ...rest] = out.split('\n');
    expect(head).toBe(
      'file,line,subject,names,issuer,from,until,daysLeft,urgency,usedBy,keyState,keyFiles,fingerprint,pin',
    );
    expect(rest).toEqual(['']);
    expect(row).toMatch(
      /^"'=1\+1,""2\.pem",1,CN=a\.example\.com,a\.example\.com b\.example\.com,CN=wsslint test root,2\d{3}-/,
    );
  });

  it('says that there are none', async () => {
    folder.write('none/nginx.conf', 'events {}\nhttp {}\n');
    expect(await certs(['none'])).toEqual({ code: 0, out: 'no certificates found\n', err: '' });
    expect(JSON.parse((await certs(['none', '--format', 'json'])).out)).toMatchObject({ certificates: [] });
  });

  it('ends with 2 for a path that cannot be read, and for wrong options', async () => {
    expect(await certs(['nothing.pem'])).toEqual({ code: 2, out: '', err: 'wsslint: nothing.pem: no such file\n' });
    const without = await run(folder.path, ['certs']);
    expect([without.code, without.err]).toEqual([2, expect.stringContaining('name files or folders')]);
    const wrong = await certs(['.', '--format', 'sarif']);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('--format must be "table", "json" or "csv"')]);
  });
});
