/** Owns which TLS versions a server completes, where the cipher list and the default server of its socket have a say. */
import { describe, expect, it } from 'vitest';
import { endpointsOf } from '../../server/src/model/model.ts';
import { http, loadProject, type Options } from './project.ts';

const DEBIAN_12 = { nginx: '1.22.1', openssl: '3.0' };
const DEBIAN_13 = { nginx: '1.26.3', openssl: '3.5' };
const EARLY = { nginx: '1.29.2', openssl: '3.5' };

/** The versions of the last server, and of the one before it. */
function versions(inside: string, target: NonNullable<Options['target']>): (string | undefined)[] {
  const endpoints = endpointsOf(loadProject(http(inside), { target }).model);
  return endpoints.map(({ versions: fact }) => (fact.known ? fact.value.join(' ') : undefined));
}

const server = (name: string, lines: string, listen = '443 ssl') =>
  `server { listen ${listen}; server_name ${name}; ${lines} }`;
const OPEN = 'ssl_ciphers ALL:@SECLEVEL=0;';

describe('the default server of a socket', () => {
  const two = server('a', 'ssl_protocols TLSv1.2;') + server('b', 'ssl_protocols TLSv1.3;');

  it('decides for the others before nginx 1.29.2', () => {
    expect(versions(two, { nginx: '1.29.1', openssl: '3.5' })).toEqual(['TLSv1.2', 'TLSv1.2']);
    expect(versions(two, EARLY)).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect(versions(two, {})).toEqual(['TLSv1.2', undefined]);
  });

  it('is the one that says so, and only that of its own socket', () => {
    const later =
      server('a', 'ssl_protocols TLSv1.2;') + server('b', 'ssl_protocols TLSv1.3;', '443 ssl default_server');
    expect(versions(later, DEBIAN_13)).toEqual(['TLSv1.3', 'TLSv1.3']);
    const apart = server('a', 'ssl_protocols TLSv1.2;') + server('b', 'ssl_protocols TLSv1.3;', '8443 ssl');
    expect(versions(apart, DEBIAN_13)).toEqual(['TLSv1.2', 'TLSv1.3']);
  });

  it('leaves open what differs between the sockets of a server', () => {
    const both = 'listen 8443 ssl;';
    const three =
      server('a', 'ssl_protocols TLSv1.2;') + server('b', both) + server('c', 'ssl_protocols TLSv1.3;', '8443 ssl');
    expect(versions(three, DEBIAN_13)).toEqual(['TLSv1.2', undefined, 'TLSv1.2 TLSv1.3']);
  });

  it('has its security level looked at by newer OpenSSL only, before the server is chosen', () => {
    const old = server('a', 'ssl_protocols TLSv1 TLSv1.2;') + server('b', OPEN);
    expect(versions(old, DEBIAN_12)).toEqual(['TLSv1.2', 'TLSv1 TLSv1.2']);
    expect(versions(old, DEBIAN_13)).toEqual(['TLSv1.2', 'TLSv1.2']);
    const opened = server('a', `ssl_protocols TLSv1 TLSv1.2; ${OPEN}`) + server('b', '');
    expect(versions(opened, DEBIAN_13)).toEqual(['TLSv1 TLSv1.2', 'TLSv1.2']);
  });
});

describe('the cipher list', () => {
  const one = (lines: string, target = DEBIAN_13) => versions(server('a', lines), target)[0];

  it('needs a suite for a version', () => {
    expect(one(`ssl_protocols TLSv1 TLSv1.2; ${OPEN}`)).toBe('TLSv1 TLSv1.2');
    expect(one('ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ECDHE+AESGCM:@SECLEVEL=0;')).toBe('TLSv1.2');
    expect(one('ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers DHE+AESGCM;')).toBe('TLSv1.3');
    expect(one('ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers DHE+AESGCM; ssl_dhparam dh.pem;')).toBe('TLSv1.2 TLSv1.3');
  });

  it('sets the level with its last word about it', () => {
    const listed = 'ssl_protocols TLSv1 TLSv1.2; ssl_ciphers';
    expect(one(`${listed} ALL:@SECLEVEL=0:@SECLEVEL=1;`)).toBe('TLSv1.2');
    expect(one(`${listed} ALL:@SECLEVEL=1:@SECLEVEL=0;`)).toBe('TLSv1 TLSv1.2');
  });

  it('ends every handshake when it has nothing for the newest version before a gap', () => {
    const gap = 'ssl_protocols TLSv1.1 TLSv1.3; ssl_ciphers AES128-SHA256:@SECLEVEL=0;';
    expect(one(gap)).toBe('');
    expect(versions(server('a', gap) + server('b', ''), DEBIAN_13)).toEqual(['', '']);
    // Where the level closes TLS 1.1 there is no gap; OpenSSL 3.0 does not see that in time.
    const closed = gap.replace(':@SECLEVEL=0', '');
    expect(one(closed)).toBe('TLSv1.3');
    expect(one(closed, DEBIAN_12)).toBe('');
  });
});

describe('versions that are listed where another server decides', () => {
  const overruled = (inside: string, target: NonNullable<Options['target']> = DEBIAN_12) =>
    endpointsOf(loadProject(http(inside), { target }).model).map(({ overruled: fact }) =>
      fact?.known !== true ? 'unknown' : fact.value === undefined ? '' : `${fact.value.offers.length} offers`,
    );
  const strict = server('b', 'ssl_protocols TLSv1.3;');

  it('are those of other servers than the default one, before nginx 1.29.2', () => {
    expect(overruled(server('a', 'ssl_protocols TLSv1.2;') + strict)).toEqual(['', '1 offers']);
    expect(overruled(server('a', 'ssl_protocols TLSv1.2;') + strict, EARLY)).toEqual(['', '']);
    expect(overruled(server('a', 'ssl_protocols TLSv1.2;') + strict, {})).toEqual(['', 'unknown']);
    expect(overruled(`ssl_protocols TLSv1.3;${server('a', '')}${server('b', '')}`)).toEqual(['', '']);
  });

  it('do not differ in what the library keeps closed, or in the order', () => {
    const legacy = server('a', 'ssl_protocols TLSv1 TLSv1.3;') + strict;
    expect(overruled(legacy)).toEqual(['', '']);
    expect(overruled(legacy, { nginx: '1.22.1' })).toEqual(['', '']);
    expect(
      overruled(server('a', `ssl_protocols TLSv1 TLSv1.3;`) + server('b', `ssl_protocols TLSv1.3; ${OPEN}`)),
    ).toEqual(['', '1 offers']);
    expect(
      overruled(server('a', 'ssl_protocols TLSv1.3 TLSv1.2;') + server('b', 'ssl_protocols TLSv1.2 TLSv1.3;')),
    ).toEqual(['', '']);
  });

  it('count on the sockets where the server is the default one, so that nothing is moved', () => {
    const also = server('b', 'ssl_protocols TLSv1.3; listen 8443 ssl;');
    expect(overruled(server('a', 'ssl_protocols TLSv1.2;') + also)).toEqual(['', '0 offers']);
    expect(overruled(`${server('a', 'ssl_protocols TLSv1.2;')} include missing.conf; ${strict}`)).toEqual(['', '']);
  });
});
