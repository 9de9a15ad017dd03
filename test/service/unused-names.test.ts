/** Owns the tests of names of a certificate that no site has. */
import { describe, expect, it } from 'vitest';
import { recordsIn } from '../../server/src/service/certificate-overview.ts';
import { certificateDetails } from '../../server/src/service/certificate-view.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { siteNames, unusedNames } from '../../server/src/service/unused-names.ts';
import { createAuthority } from '../kit/authority.ts';
import { bench, NOW } from './kit.ts';

const unused = (dns: readonly string[], sites: readonly string[], others: readonly string[] = []) =>
  unusedNames({ san: { dns } as never }, sites, siteNames([...sites, ...others]));

describe('names of a certificate that no site has', () => {
  it.each([
    [['a.example', 'b.example'], ['a.example'], ['b.example']],
    [['A.Example'], ['a.example.'], []],
    [['a.example', 'x.a.example', 'b.example'], ['.a.example'], ['b.example']],
    [['a.example', 'x.a.example'], ['*.a.example'], ['a.example']],
    [['*.a.example', '*.b.example'], ['x.a.example', 'x.y.b.example'], ['*.b.example']],
    [['*.a.example'], ['*.a.example'], []],
    [['a.example'], ['10.0.0.5'], ['a.example']],
  ])('%j for sites %j: %j', (dns, sites, expected) => {
    expect(unused(dns, sites)).toEqual(expected);
  });

  it.each([['_'], [''], ['~^www'], ['www.*'], ['$host'], ['localhost']])('none where a site is called %j', (site) => {
    expect(unused(['a.example'], ['b.example', site])).toEqual([]);
  });

  it('sites that present another certificate, or none, count', () => {
    expect(unused(['a.example', 'b.example', 'c.example'], ['a.example'], ['c.example', '_'])).toEqual(['b.example']);
  });

  it('none where no site has a name', () => {
    expect(unused(['a.example'], [])).toEqual([]);
  });

  it('are told in hovers and in the view, over all sites that present it', async () => {
    const names = ['a.example', 'b.example', 'c.example'];
    const { chain, key } = await (await createAuthority()).issue({ names });
    const site = (name: string) =>
      `server { listen 443 ssl; server_name ${name}; ssl_certificate a.pem; ssl_certificate_key a.key; }`;
    const made = bench(
      {
        '/w/nginx.conf': `events {}\nhttp {\n${site('a.example')}\n${site('c.example')}\n}\n`,
        '/w/a.pem': chain,
        '/w/a.key': key,
      },
      NOW,
    );
    const hover = await hoverAt(made.hoverSource, '/w/a.pem', 5);
    expect(hover?.markdown).toContain('- **Names without a site here:** `b.example`');
    const [record] = recordsIn(made.engine, made.run, '/w/a.pem');
    if (record === undefined) throw new Error('no certificate');
    const details = certificateDetails(made.engine, made.run, record, (file) => file);
    expect(details.filter(({ kind }) => kind === 'name').map(({ title }) => title)).toEqual([
      'No site here is called b.example',
    ]);
  });
});
