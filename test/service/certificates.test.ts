/** Owns the proof of what the editor says of certificates: the view, what is below each, lenses, text, bundles, time. */
import { beforeAll, describe, expect, it } from 'vitest';
import { reorderBundle, splitBundle } from '../../server/src/service/bundle.ts';
import { certificateDump } from '../../server/src/service/certificate-dump.ts';
import { lensesOf } from '../../server/src/service/certificate-lenses.ts';
import { nextTick, overviewOf, recordsIn } from '../../server/src/service/certificate-overview.ts';
import { certificateDetails, certificateGroups } from '../../server/src/service/certificate-view.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { type Authority, createAuthority, type Issued } from '../kit/authority.ts';
import { type Bench, bench, NOW } from './kit.ts';

const DAY = 86_400_000;
const day = (n: number) => new Date(NOW + n * DAY);
const nameOf = (file: string) => file.replace('/w/', '');

let root: Authority;
let middle: Authority;
let site: Issued;
let other: Issued;
let rsa: Issued;

beforeAll(async () => {
  root = await createAuthority({ commonName: 'Root', notBefore: day(-900), notAfter: day(3000) });
  middle = await root.intermediate({ commonName: 'Middle', notBefore: day(-500), notAfter: day(900) });
  const dates = { notBefore: day(-10), notAfter: day(80) };
  [site, other, rsa] = await Promise.all([
    middle.issue({ names: ['site.example.com', 'www.example.com'], ...dates }),
    middle.issue({ names: ['other.example.com'], ...dates }),
    middle.issue({ names: ['rsa.example.com'], key: 'rsa2048', ...dates }),
  ]);
});

const server = (name: string, certificate: string, key: string) =>
  `server { listen 443 ssl; server_name ${name}; ssl_certificate ${certificate}; ssl_certificate_key ${key}; }\n`;
const http = (...servers: string[]) => `events {}\nhttp {\n${servers.join('')}}\n`;

function groups({ engine, run }: Bench): string[] {
  return certificateGroups(engine, run, nameOf).flatMap(({ title, certificates }) => [
    title,
    ...certificates.map((one) => `  ${one.title}: ${one.description}`),
  ]);
}

function details({ engine, run }: Bench, file: string, index = 0): string[] {
  const record = recordsIn(engine, run, file)[index];
  if (record === undefined) throw new Error(`nothing in ${file}`);
  return certificateDetails(engine, run, record, nameOf).map(
    ({ title, description, wrong }) => `${wrong ? '! ' : ''}${title}${description === '' ? '' : ` (${description})`}`,
  );
}

const lenses = ({ engine, run }: Bench, file: string) => lensesOf(engine, run, file).map(({ title }) => title);

describe('the view', () => {
  it('groups certificates by urgency, once each, however many files hold them', async () => {
    const [old, soon, next] = await Promise.all([
      middle.issue({ names: ['old.example.com'], notBefore: day(-90), notAfter: day(-2) }),
      middle.issue({ names: ['soon.example.com'], notBefore: day(-80), notAfter: day(5) }),
      middle.issue({ names: ['next.example.com'], notBefore: day(3), notAfter: day(90) }),
    ]);
    const made = bench({
      '/w/nginx.conf': http(
        server('site.example.com', 'site.pem', 'site.key'),
        server('www.example.com', 'site.pem', 'site.key'),
        server('other.example.com', 'other.pem', 'site.key'),
      ),
      '/w/copy.pem': site.certificate,
      '/w/site.pem': site.chain,
      '/w/site.key': site.key,
      '/w/other.pem': other.certificate,
      '/w/old.pem': old.certificate,
      '/w/soon.pem': soon.certificate,
      '/w/next.pem': next.certificate,
      '/w/root.pem': root.certificate,
    });
    expect(groups(made)).toEqual([
      'Expired',
      '  old.example.com: expired 2 days ago',
      'Key does not belong',
      '  other.example.com: 80 days left · server other.example.com',
      'Not valid yet',
      '  next.example.com: not valid before 2026-02-03',
      'Expires soon',
      '  soon.example.com: 5 days left',
      'Valid',
      '  site.example.com: 80 days left · server site.example.com and 1 more',
      '  Middle: 900 days left · server site.example.com and 1 more',
      '  Root: 3000 days left · a CA',
    ]);
  });

  it('tells who uses a certificate, where its key is, who issued it, and where else it is', () => {
    const made = bench({
      '/w/nginx.conf': http(server('site.example.com', 'live/site.pem', 'live/site.key')),
      '/w/live/site.pem': site.certificate,
      '/w/live/site.key': site.key,
      '/w/archive/site.pem': site.chain,
      '/w/archive/site.key': site.key,
      '/w/ca/root.pem': root.certificate,
    });
    expect(details(made, '/w/live/site.pem')).toEqual([
      'Used by server site.example.com (nginx.conf)',
      'No site here is called www.example.com',
      'Key in live/site.key (belongs to it)',
      'Key in archive/site.key (belongs to it)',
      '! Issued by Middle (in archive/site.pem, not in the file that is presented)',
      'Issued by Root (in ca/root.pem, a root)',
      'Also in archive/site.pem',
    ]);
    expect(details(made, '/w/archive/site.pem')).toEqual([
      'Used by server site.example.com (nginx.conf)',
      'No site here is called www.example.com',
      'Key in archive/site.key (belongs to it)',
      'Key in live/site.key (belongs to it)',
      'Issued by Middle (in the same file)',
      'Issued by Root (in ca/root.pem, a root)',
      'Also in live/site.pem',
    ]);
    expect(details(made, '/w/ca/root.pem')).toEqual(['Used by no configuration that can be seen', 'Issued by itself']);
  });

  it('tells of keys that do not belong, and of the one that does, in any order of several pairs', () => {
    const wrong = bench({
      '/w/nginx.conf': http(server('site.example.com', 'site.pem', 'other.key')),
      '/w/site.pem': site.chain,
      '/w/other.key': other.key,
      '/w/keys/right.key': site.key,
    });
    expect(details(wrong, '/w/site.pem').slice(2, 4)).toEqual([
      '! Key does not belong to it (other.key)',
      'Key in keys/right.key (belongs to it)',
    ]);
    const crossed = `server { listen 443 ssl; server_name site.example.com; ssl_certificate site.pem; ssl_certificate_key rsa.key;
      ssl_certificate rsa.pem; ssl_certificate_key site.key; }\n`;
    const right = bench({
      '/w/nginx.conf': http(crossed),
      '/w/site.pem': site.chain,
      '/w/site.key': site.key,
      '/w/rsa.pem': rsa.chain,
      '/w/rsa.key': rsa.key,
    });
    expect(groups(right)[0]).toBe('Valid');
    expect(details(right, '/w/site.pem')).toContain('Key in site.key (belongs to it)');
    expect(details(right, '/w/rsa.pem')).toContain('Key in rsa.key (belongs to it)');
  });

  it('tells where a chain ends that is not all there, and that a key is not', () => {
    const made = bench({ '/w/site.pem': site.certificate });
    expect(details(made, '/w/site.pem')).toEqual([
      'Used by no configuration that can be seen',
      'No file here holds its key',
      'Issued by CN=Middle (in no file here)',
    ]);
  });

  it('reads again what has changed, and nothing else', () => {
    const texts: Record<string, string> = {
      '/w/nginx.conf': http(server('site.example.com', 'site.pem', 'site.key')),
      '/w/site.pem': site.chain,
      '/w/site.key': site.key,
      '/w/other.pem': other.chain,
    };
    const { engine, run, files } = bench(texts);
    const before = overviewOf(engine, run);
    engine.files.overlay('/w/site.pem', rsa.chain);
    engine.changed('/w/site.pem');
    const after = overviewOf(engine, engine.run(files));
    const held = (records: typeof before, file: string) => records.find((one) => one.held.file === file)?.held;
    expect(held(after, '/w/other.pem')).toBe(held(before, '/w/other.pem'));
    expect(held(after, '/w/site.pem')?.certificate.subject.text).toBe('CN=rsa.example.com');
    expect(after.find((one) => one.held.file === '/w/site.pem')?.urgency).toBe('foreign-key');
  });
});

describe('time', () => {
  it('the next tick is when a count of days changes, or a certificate begins, nears its end, or ends', () => {
    const { engine, run } = bench({ '/w/site.pem': site.certificate });
    const records = overviewOf(engine, run);
    const [{ held, validity }] = records as [(typeof records)[0]];
    expect(validity.daysLeft).toBe(80);
    const ticks: number[] = [];
    for (let now = NOW; ticks.length < 3; ) {
      const next = nextTick(records, now);
      if (next === undefined) throw new Error('no tick');
      expect(next).toBeGreaterThan(now);
      ticks.push(next);
      now = next;
    }
    expect(ticks).toEqual([NOW + 1, NOW + DAY + 1, NOW + 2 * DAY + 1]);
    // The last valid moment, the one behind it, and the start of the third of the lifetime that counts as the end.
    const { notAfter } = held.certificate;
    expect(nextTick(records, notAfter)).toBe(notAfter + 1);
    expect(nextTick(records, notAfter - 30 * DAY - 1)).toBe(notAfter - 30 * DAY);
    expect(nextTick([], NOW)).toBeUndefined();
  });

  it('what is shown changes at a tick, and not before', () => {
    const shown = (now: number) => groups(bench({ '/w/site.pem': site.certificate }, now)).join();
    expect(shown(NOW)).toContain('80 days left');
    expect(shown(NOW + 1)).toContain('79 days left');
    expect(shown(NOW + DAY)).toContain('79 days left');
    expect(shown(NOW + DAY + 1)).toContain('78 days left');
    expect(shown(NOW + 50 * DAY - 1)).toMatch(/^Valid/);
    expect(shown(NOW + 50 * DAY)).toMatch(/^Expires soon/);
    expect(shown(NOW + 80 * DAY)).toContain('ends today');
    expect(shown(NOW + 80 * DAY + 1)).toMatch(/^Expired.*expired today/);
    expect(shown(NOW + 81 * DAY)).toContain('expired 1 day ago');
  });
});

describe('lenses', () => {
  it('say what each block is, until when, and who uses its file', () => {
    const made = bench({
      '/w/nginx.conf': http(server('site.example.com', 'all.pem', 'all.pem')),
      '/w/all.pem': site.bundle,
      '/w/lonely.key': other.key,
    });
    expect(lenses(made, '/w/all.pem')).toEqual([
      'site.example.com · until 2026-04-21, 80 days left · used by server site.example.com',
      'Middle (a CA) · until 2028-07-19, 900 days left · used by server site.example.com',
      'Private key, EC prime256v1 256 bits · belongs to site.example.com · used by server site.example.com',
    ]);
    expect(lenses(made, '/w/lonely.key')).toEqual([
      'Private key, EC prime256v1 256 bits · belongs to no certificate here · used by no configuration here',
    ]);
    expect(lenses(made, '/w/nginx.conf')).toEqual([]);
  });
});

describe('the text of a certificate', () => {
  it('has all that it says, and what its surroundings say', async () => {
    const { engine, run } = bench({ '/w/all.pem': site.bundle });
    const [record] = recordsIn(engine, run, '/w/all.pem');
    if (record === undefined) throw new Error('no certificate');
    const text = await certificateDump(engine, run, record, nameOf);
    for (const line of [
      'Certificate of site.example.com',
      '  File            all.pem:1, certificate 1 of 2',
      '  Issuer          CN=Middle',
      '  Valid until     2026-04-21 00:00 UTC, 80 days left',
      '  Names           site.example.com, www.example.com',
      '  Issued by Middle: in the same file',
      '    DNS: www.example.com',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toMatch(/ {2}SHA-256 {9}([0-9A-F]{2}:){31}[0-9A-F]{2}\n/);
  });
});

describe('bundles', () => {
  const order = (text: string): Bench => bench({ '/w/b.pem': text });
  const reordered = ({ engine, run }: Bench, text: string): string => {
    const made = reorderBundle(engine, run, '/w/b.pem');
    return made.ok ? applyEdits(text, [...made.edits.edits]) : made.why;
  };

  it('are put in the order in which servers present them; keys and notes stay', () => {
    const [rootPem, middlePem, leaf] = [root.certificate, middle.certificate, site.certificate].map((pem) =>
      pem.trim(),
    );
    const text = `# our bundle\n${rootPem}\n\n${site.key}# the rest\n${middlePem}\n${leaf}\n`;
    const wanted = `# our bundle\n${leaf}\n\n${site.key}# the rest\n${middlePem}\n${rootPem}\n`;
    expect(reordered(order(text), text)).toBe(wanted);
    expect(reordered(order(wanted), wanted)).toBe('The certificates are in order');
  });

  it('keep what belongs to no chain at their end', async () => {
    const foreign = await createAuthority({ commonName: 'Foreign' });
    const text = `${foreign.certificate}${middle.certificate}${other.certificate}`;
    expect(reordered(order(text), text)).toBe(`${other.certificate}${middle.certificate}${foreign.certificate}`);
  });

  it('are left alone where the leaf cannot be told, or there is only one certificate', () => {
    expect(reordered(order(site.certificate + other.certificate), '')).toBe(
      'It cannot be told which of these certificates the leaf is',
    );
    expect(reordered(order(site.certificate), '')).toBe('This file does not hold several certificates in PEM');
  });

  it('become a file for each certificate, under free names and without the key', () => {
    const { engine, run } = bench({ '/w/b.pem': site.bundle, '/w/b-1-site.example.com.pem': '' });
    const split = splitBundle(engine, run, '/w/b.pem');
    if (!split.ok) throw new Error(split.why);
    expect(split.files.map(({ file, text }) => [file, text.trim()])).toEqual([
      ['/w/b-1-site.example.com-2.pem', site.certificate.trim()],
      ['/w/b-2-Middle.pem', middle.certificate.trim()],
    ]);
  });
});
