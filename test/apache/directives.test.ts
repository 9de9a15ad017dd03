/** Owns the table of Apache's directives: that each generation of the server has them, in the places that the table names. */
import { describe, expect, it } from 'vitest';
import { APACHE_DIRECTIVES } from '../../server/src/facts/apache-directives.ts';
import { proposalsAt } from '../../server/src/service/completion.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { apacheList } from '../kit/apache.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { describeWith } from '../kit/required.ts';
import { bench } from '../service/kit.ts';

/** What `-L` says of each directive: `outside`, `inside`, `anywhere`, and whether a `.htaccess` may have it. */
function listed(output: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const [, name = '', rest = ''] of output.matchAll(/^(<?\w+) \([\w.]+\)\n((?:\t.*\n)+)/gm)) {
    const where = /Allowed in \*\.conf (only outside|only inside|anywhere)/.exec(rest)?.[1]?.replace('only ', '');
    out.set(name, `${where}${/and in \.htaccess/.test(rest) ? ' htaccess' : ''}`);
  }
  return out;
}

function onEach(generation: Generation): void {
  it('is in the places that the table names', () =>
    onGeneration(generation, async () => {
      const known = listed(await apacheList());
      expect(known.size).toBeGreaterThan(150);
      for (const { name, section, places } of APACHE_DIRECTIVES.values()) {
        const where = places.has('section') ? (places.has('main') ? 'anywhere' : 'inside') : 'outside';
        const claimed = `${where}${places.has('htaccess') ? ' htaccess' : ''}`;
        expect(`${name} ${known.get(section ? `<${name}` : name)}`).toBe(`${name} ${claimed}`);
      }
    }));
}

describeWith('apache', 'the installed Apache', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});

const proposed = (text: string, name = 'apache2.conf') => {
  const { engine, file, offset } = bench({ [`/w/${name}`]: text });
  return proposalsAt(engine, file, offset, []).map((one) => one.text);
};
const inHost = (line: string) => `Listen 80\n<VirtualHost *:80>\n    ${line}\n</VirtualHost>\n`;

describe('proposals', () => {
  it('are the directives of the place', () => {
    expect(proposed('│\n')).toContain('Listen');
    expect(proposed(inHost('SSL│'))).toContain('SSLProtocol');
    expect(proposed(inHost('SSL│'))).not.toContain('SSLStaplingCache');
    expect(proposed(inHost('<Location />\n  │\n</Location>'))).not.toContain('SSLProtocol');
    expect(proposed(inHost('<IfModule mod_ssl.c>\n  │\n</IfModule>'))).toContain('SSLProtocol');
    expect(proposed('│\n', '.htaccess')).toContain('RewriteRule');
    expect(proposed('│\n', '.htaccess')).not.toContain('ProxyPass');
    expect(proposed(inHost('<│'))).toContain('Location');
    expect(proposed(inHost('<│'))).not.toContain('ServerName');
  });

  it.each([
    ['SSLVerifyClient │', ['none', 'optional', 'require', 'optional_no_ca']],
    ['sslengine o│', ['on', 'off', 'optional']],
    ['ServerName │', []],
    ['# SSL│', []],
    ['ProxyPass /ws http://a/ │', []],
  ])('%s', (line, texts) => {
    expect(proposed(inHost(line))).toEqual(texts);
  });
});

it('a name shows where it may stand, and where it is explained', async () => {
  const { hoverSource, file, offset } = bench({ '/w/apache2.conf': inHost('SSLProt│ocol all') });
  const hover = await hoverAt(hoverSource, file, offset);
  expect(hover?.markdown).toContain('https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslprotocol');
  expect(hover?.markdown).toContain('virtual host');
});
