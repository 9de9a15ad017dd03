/** Owns the lowering of `Strict-Transport-Security`: which answers go without it. */
import { describe, expect, it } from 'vitest';
import { http, loadProject, type Options } from './project.ts';

const gaps = (inside: string, options: Options = {}) => {
  const { hsts } = loadProject(http(inside), options).model.sites.at(-1) ?? {};
  return hsts?.known === true ? hsts.value.map(({ kind }) => kind).join(' ') : 'unknown';
};
const TLS = 'listen 443 ssl; ssl_certificate a.pem; ssl_certificate_key a.key;';
const server = (lines: string) => `server { ${TLS} ${lines} }`;
const GOOD = 'add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;';
const OLD = { target: { nginx: '1.26.3' } };

describe('Strict-Transport-Security', () => {
  it.each([
    ['right', server(`${GOOD} root a;`), ''],
    ['right, further out', `${GOOD} ${server('root a;')}`, ''],
    ['in another case', server('add_header strict-transport-security max-age=63072000 always; root a;'), ''],
    ['short', server('add_header Strict-Transport-Security "max-age=300" always;'), 'short'],
    ['short and not always', server('add_header Strict-Transport-Security max-age=300;'), 'short not-on-errors'],
    ['half a year', server('add_header Strict-Transport-Security max-age=15552000 always;'), ''],
    ['taken back', server('add_header Strict-Transport-Security max-age=0; root a;'), ''],
    ['by a variable', server('add_header Strict-Transport-Security $hsts; root a;'), ''],
    [
      'in a location only',
      server('root a; location /a { add_header Strict-Transport-Security max-age=9; }'),
      'short not-on-errors',
    ],
    ['lost', server(`${GOOD} location /a { add_header X y; }`), 'lost'],
    ['lost in a location in a location', server(`${GOOD} location /a { location /a/b { add_header X y; } }`), 'lost'],
    ['repeated', server(`${GOOD} location /a { add_header X y; ${GOOD} }`), ''],
    ['perhaps in an include', server(`${GOOD} location /a { add_header X y; include gone.conf; }`), ''],
    ['missing', server('root a;'), 'missing'],
    ['missing beside another header', server('root a; add_header X y;'), 'missing'],
    ['perhaps sent by a back end', server('location / { proxy_pass http://b; }'), ''],
    ['sent by another module', server('root a; more_set_headers "Strict-Transport-Security: max-age=1";'), ''],
    ['sent by another module further out', `security_headers on; ${server('root a;')}`, ''],
    ['in an include that is not there', server('root a; include gone.conf;'), 'unknown'],
    ['without pages', server('return 301 https://www.shop.example;'), ''],
    ['without TLS', 'server { listen 80; root a; }', 'unknown'],
    ['with handshakes refused', 'server { listen 443 ssl; ssl_reject_handshake on; root a; }', 'unknown'],
  ])('%s', (_, inside, expected) => {
    expect(gaps(inside, OLD)).toBe(expected);
  });

  it('is lost where levels are told to inherit nothing, in 1.29.3 and newer', () => {
    const off = server(`${GOOD} location /a { add_header_inherit off; }`);
    expect(gaps(off, { target: { nginx: '1.30.0' } })).toBe('lost');
    expect(
      gaps(server(`${GOOD} add_header_inherit off; location /a { } location /b { }`), { target: { nginx: '1.30.0' } }),
    ).toBe('lost');
  });

  it('is not lost where lines are merged, which 1.29.3 and newer can do', () => {
    const merged = `add_header_inherit merge; ${server(`${GOOD} location /a { add_header X y; }`)}`;
    expect(gaps(merged, { target: { nginx: '1.30.0' } })).toBe('');
    expect(gaps(merged)).toBe('');
    expect(gaps(merged.replace('merge', 'on'), { target: { nginx: '1.30.0' } })).toBe('lost');
    expect(gaps(merged.replace('add_header_inherit merge;', ''))).toBe('lost');
  });
});
