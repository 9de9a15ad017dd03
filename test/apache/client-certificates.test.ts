/** Owns what the lowering knows of client certificates in Apache: depth, authorities, lists, passwords, headers that tell who it is. */
import { describe, expect, it } from 'vitest';
import { endpointsOf } from '../../server/src/model/model.ts';
import { host, load, main } from './project.ts';

const endpoint = (lines: string, before?: string) => {
  const [first] = endpointsOf(main(host(lines, before)).model);
  if (first === undefined) throw new Error('no endpoint');
  return first;
};
const asked = (lines: string, before?: string) => {
  const { clientCertificates } = endpoint(lines, before);
  if (!clientCertificates.known) throw new Error(clientCertificates.why);
  return clientCertificates.value;
};

describe('what certificates are verified with', () => {
  const CA = 'SSLCACertificateFile ca.pem\nSSLVerifyClient require';
  const trust = (lines: string, before?: string) => {
    const found = asked(lines, before).trust;
    return found?.known === true ? found.value : undefined;
  };

  it('the root counts for the depth', () => {
    expect(trust(CA)?.depth).toBe(0);
    expect(trust(`${CA}\nSSLVerifyDepth 3`)?.depth).toBe(2);
    expect(trust(CA, 'Listen 443\nSSLVerifyDepth 2')?.depthWritten).toBe('SSLVerifyDepth 2');
    expect(trust(`${CA}\nSSLVerifyDepth many`)).toBeUndefined();
  });

  it('the last file counts, and a folder that cannot be seen could hold anything', () => {
    expect(trust(`${CA}\nSSLCACertificateFile other.pem`)?.files.map(({ written }) => written)).toEqual(['other.pem']);
    expect(trust(`${CA}\nSSLCACertificatePath /etc/ssl/certs`)).toBeUndefined();
    expect(trust(`${CA}\nSSLOpenSSLConfCmd VerifyCAFile other.pem`)).toBeUndefined();
  });

  it('a folder holds those that are named by a hash', () => {
    const folder = (names: readonly string[], at: string, lines: string) => {
      const root = { '/srv/web/apache2.conf': host(`${lines}\nSSLVerifyClient require`) };
      const files = Object.fromEntries(names.map((name) => [`${at}/${name}`, 'x']));
      const [first] = endpointsOf(load({ ...root, ...files }).model);
      const found = first?.clientCertificates.known === true ? first.clientCertificates.value : undefined;
      return [
        found?.trust?.known === true ? found.trust.value.files.map(({ written }) => written).join(' ') : 'unknown',
        found?.lockout.known === true ? found.lockout.value !== undefined : 'unknown',
      ];
    };
    const relative = 'SSLCACertificatePath clients/';
    const absolute = 'SSLCACertificatePath /srv/clients';
    expect(folder(['9d66eef0.0', 'ca.pem', '9d66eef0.r0'], '/srv/web/clients', relative)).toEqual([
      'clients/9d66eef0.0',
      false,
    ]);
    expect(folder(['9d66eef0.0'], '/srv/web/clients', `SSLCACertificateFile ca.pem\n${relative}`)).toEqual([
      'ca.pem clients/9d66eef0.0',
      false,
    ]);
    expect(folder(['ca.pem'], '/srv/web/clients', relative)).toEqual(['unknown', false]);
    expect(folder(['ca.pem'], '/srv/clients', absolute)).toEqual(['', true]);
    expect(folder(['README'], '/srv/clients', absolute)).toEqual(['', false]);
    const many = Array.from({ length: 60 }, (_, i) => `${`${i}`.padStart(8, '0')}.0`);
    expect(folder(many, '/srv/clients', absolute)).toEqual(['unknown', false]);
  });

  it('lists count only where something says so', () => {
    const lists = (lines: string) => endpoint(`${CA}\n${lines}`).revocation;
    expect(lists('SSLCARevocationFile crl.pem')).toBeUndefined();
    expect(lists('SSLCARevocationFile crl.pem\nSSLCARevocationCheck none')).toBeUndefined();
    expect(lists('SSLCARevocationFile crl.pem\nSSLCARevocationCheck chain')?.authorities.known).toBe(true);
    expect(lists('SSLCARevocationFile crl.pem\nSSLCARevocationCheck leaf')?.authorities.known).toBe(false);
    expect(lists('SSLCARevocationFile crl.pem\nSSLCARevocationCheck chain no_crl_for_cert_ok')?.authorities.known).toBe(
      false,
    );
    const ways = asked(`${CA}\nSSLCARevocationFile crl.pem`).ways;
    expect(ways.known && ways.value.map(({ kind }) => kind)).toEqual(['revoked']);
  });

  it('looking into lists that are not named keeps Apache from starting', () => {
    const said = (lines: string) => main(host(lines)).model.problems.map(({ message }) => message);
    expect(said('SSLCARevocationCheck chain')).toEqual([expect.stringContaining('AH01899')]);
    expect(said('SSLCARevocationCheck chain\nSSLCARevocationPath lists')).toEqual([]);
    expect(said('SSLCARevocationCheck none')).toEqual([]);
  });
});

describe('passwords of keys', () => {
  const told = (before: string) => endpoint('SSLCertificateFile shop.pem', before).certificates[0]?.passwords;

  it('come from a program, and are not known for a part', () => {
    expect(told('Listen 443')).toMatchObject({ known: true, value: false });
    expect(told('Listen 443\nSSLPassPhraseDialog builtin')).toMatchObject({ value: false });
    expect(told('Listen 443\nSSLPassPhraseDialog exec:/usr/local/bin/pass')).toMatchObject({ value: true });
    const part = load({ '/project/sites-available/shop.conf': host('SSLCertificateFile shop.pem', '') });
    expect(endpointsOf(part.model)[0]?.certificates[0]?.passwords?.known).toBe(false);
  });
});

describe('headers that tell who the client is', () => {
  const PASS = 'ProxyPass / http://127.0.0.1:3000/';
  const SET = 'RequestHeader set X-DN "%{SSL_CLIENT_S_DN}s"';
  const spoofable = (lines: string) =>
    main(host(`SSLVerifyClient optional\n${lines}`)).model.spoofable.map(({ headers }) => headers.join(' '));

  it.each([
    [`${SET}\n${PASS}`, []],
    [`${SET} early\n${PASS}`, []],
    [`RequestHeader add X-DN "%{SSL_CLIENT_S_DN}s"\n${PASS}`, ['X-DN']],
    [`RequestHeader unset X-DN\nRequestHeader add X-DN "%{SSL_CLIENT_S_DN}s"\n${PASS}`, []],
    [`${SET} env=SSL_CLIENT_VERIFY\n${PASS}`, ['X-DN']],
    // Whether that holds, only the server knows.
    [`${SET} env=inside\n${PASS}`, []],
    // Another header is nobody's.
    [`RequestHeader add X-Real "yes"\n${PASS}`, []],
    [`${PASS}\n<Location /a/>\n${SET}\nProxyPass http://127.0.0.1:3000/a/\n</Location>`, ['X-DN']],
    [`${PASS}\n<Location /a/>\n${SET}\nProxyPass http://127.0.0.1:4000/a/\n</Location>`, []],
    [`${PASS}\n<Location />\n${SET}\n</Location>`, []],
    // A pattern may be for all requests.
    [`ProxyPass /a/ http://127.0.0.1:3000/\n${PASS}\n<LocationMatch ^/.>\n${SET}\n</LocationMatch>`, []],
    [`${PASS}\n<If "%{HTTPS} == 'on'">\n${SET}\n</If>`, []],
    [`${PASS}\n<IfDefine X>\n${SET}\n</IfDefine>`, []],
  ])('%s', (lines, headers) => {
    expect(spoofable(lines)).toEqual(headers);
  });
});
