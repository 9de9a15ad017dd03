/** Owns what lowering says about the TLS side of frontends: versions, the library's say, certificates with their keys. */
import { describe, expect, it } from 'vitest';
import type { TlsEndpoint } from '../../server/src/model/model.ts';
import { load, type Settings, textAt } from './project.ts';

const OPENSSL3 = { target: { openssl: '3.0.19', haproxy: '2.6.12' } } as const;
const config = (bind: string, global = 'maxconn 10') =>
  `global\n    ${global}\nfrontend web\n    mode http\n    bind :443 ssl crt a.pem ${bind}\n`;

function endpoint(text: string, settings: Settings = OPENSSL3): TlsEndpoint {
  const found = load(text, settings).model.sites[0]?.endpoint;
  if (found === undefined) throw new Error('no endpoint');
  return found;
}

function offer(bind: string, global?: string, settings?: Settings) {
  const text = config(bind, global);
  const { versions, listed } = endpoint(text, settings);
  return {
    versions: versions.known ? versions.value.join(' ') : versions.why,
    listed: listed.map(({ version, place }) => `${version} at ${textAt(text, place)}`),
  };
}

const ALL = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'].map((version) => `${version} at TLSv1.0`);

describe('versions', () => {
  it('are TLSv1.2 and TLSv1.3 by default, and older with HAProxy before 2.2', () => {
    expect(offer('')).toEqual({ versions: 'TLSv1.2 TLSv1.3', listed: [] });
    expect(offer('', '', { target: { haproxy: '2.1.4', openssl: '1.1.1' } }).versions).toContain('is not known');
    expect(offer('ciphers ALL:@SECLEVEL=0', '', { target: { haproxy: '2.1.4', openssl: '3.0' } }).versions).toBe(
      'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3',
    );
  });

  it('are listed from `ssl-min-ver` on, and OpenSSL 3 opens the old ones at security level 0 only', () => {
    expect(offer('ssl-min-ver TLSv1.0')).toEqual({ versions: 'TLSv1.2 TLSv1.3', listed: ALL });
    expect(offer('ssl-min-ver TLSv1.0 ciphers @SECLEVEL=0:ALL')).toEqual({
      versions: 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3',
      listed: ALL,
    });
    expect(offer('ssl-min-ver TLSv1.0', 'ssl-default-bind-ciphers ALL:@SECLEVEL=0').versions).toBe(
      'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3',
    );
    expect(offer('ssl-min-ver TLSv1.0', 'ssl-security-level 0').versions).toBe('TLSv1 TLSv1.1 TLSv1.2 TLSv1.3');
    expect(offer('ssl-min-ver TLSv1.0 ciphers ALL', 'ssl-default-bind-ciphers ALL:@SECLEVEL=0').versions).toBe(
      'TLSv1.2 TLSv1.3',
    );
    expect(offer('ssl-min-ver TLSv1.0', undefined, {}).versions).toContain('is not known');
  });

  it('come from `global`, and from the line before that', () => {
    expect(offer('', 'ssl-default-bind-options ssl-min-ver TLSv1.0 no-tls-tickets').listed).toEqual(ALL);
    expect(offer('ssl-min-ver TLSv1.3', 'ssl-default-bind-options ssl-min-ver TLSv1.0')).toEqual({
      versions: 'TLSv1.3',
      listed: ['TLSv1.3 at TLSv1.3'],
    });
  });

  it('follow `force-…`, `ssl-max-ver` and `no-…` as HAProxy weighs them', () => {
    expect(offer('force-tlsv12')).toEqual({ versions: 'TLSv1.2', listed: ['TLSv1.2 at force-tlsv12'] });
    expect(offer('force-tlsv10')).toEqual({ versions: '', listed: ['TLSv1 at force-tlsv10'] });
    expect(offer('ssl-max-ver TLSv1.2').versions).toBe('TLSv1.2');
    expect(offer('ssl-max-ver TLSv1.1')).toEqual({ versions: '', listed: ['TLSv1.1 at TLSv1.1'] });
    expect(offer('no-sslv3 no-tlsv10 no-tlsv11')).toEqual({ versions: 'TLSv1.2 TLSv1.3', listed: [] });
    expect(offer('no-tlsv12').versions).toBe('TLSv1.3');
    expect(offer('no-tlsv13', 'ssl-default-bind-options no-tlsv12').versions).toBe('');
    expect(offer('no-tlsv13 ssl-min-ver TLSv1.2').versions).toBe('TLSv1.2 TLSv1.3');
  });

  it('are unknown where the environment or an `.if` block decides', () => {
    expect(offer('ssl-min-ver "$MIN"').versions).toContain('environment');
    expect(offer('"$OPTIONS"').versions).toContain('environment');
    expect(offer(`"${'$'}{OPTIONS[*]}"`).versions).toContain('environment');
    expect(offer('ca-file "$CA"').versions).toBe('TLSv1.2 TLSv1.3');
    expect(offer('', '.if defined(X)\n    ssl-default-bind-options ssl-min-ver TLSv1.0\n.endif').versions).toContain(
      '.if',
    );
  });
});

describe('sites', () => {
  it('have one TLS side each: further listeners with TLS become sites of their own', () => {
    const text = `frontend web\n    mode http\n    bind :80,[::]:8080\n    bind :443 ssl crt a.pem\n    bind 192.0.2.1:8443 ssl crt b.pem ssl-min-ver TLSv1.3\n    bind unix@/run/web.sock\n`;
    const { sites } = load(text).model;
    expect(sites.map(({ listeners, endpoint: tls }) => [listeners.map(({ label }) => label), tls?.label])).toEqual([
      [['bind :80', 'bind [::]:8080', 'bind :443', 'bind unix@/run/web.sock'], 'bind :443 of frontend web'],
      [['bind 192.0.2.1:8443'], 'bind 192.0.2.1:8443 of frontend web'],
    ]);
    const ports = sites.flatMap(({ listeners }) => listeners.map(({ port }) => (port.known ? port.value : port.why)));
    expect(ports).toEqual([80, 8080, 443, '`unix@/run/web.sock` has no single port', 8443]);
  });

  it('see no TLS in a value that is called ssl', () => {
    expect(load('frontend web\n    bind :80 name ssl\n').model.sites[0]?.endpoint).toBeUndefined();
  });
});

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n';

function certificates(bind: string, files: Record<string, string>, settings: Settings = {}, global = '') {
  const text = `global\n${global}\nfrontend web\n    mode http\n    bind :443 ssl ${bind}\n`;
  const uses = load(text, { ...settings, files }).model.sites[0]?.endpoint?.certificates ?? [];
  return uses.map(({ certificate, key }) => [
    certificate.file.known ? certificate.file.value : certificate.file.why,
    key?.file.known ? key.file.value : undefined,
  ]);
}

describe('certificates', () => {
  it('hold their key, or have it beside them', () => {
    expect(certificates('crt /project/a.pem', { '/project/a.pem': CERTIFICATE + KEY })).toEqual([
      ['/project/a.pem', '/project/a.pem'],
    ]);
    expect(certificates('crt /project/a.pem', { '/project/a.pem': CERTIFICATE })).toEqual([
      ['/project/a.pem', '/project/a.pem.key'],
    ]);
  });

  it('are all of a folder, without keys and stapled answers', () => {
    const files = {
      '/project/certs/b.pem': CERTIFICATE + KEY,
      '/project/certs/a.pem': CERTIFICATE,
      '/project/certs/a.pem.key': KEY,
      '/project/certs/a.pem.ocsp': '',
      '/project/certs/.hidden': '',
    };
    expect(certificates('crt /project/certs', files)).toEqual([
      ['/project/certs/a.pem', '/project/certs/a.pem.key'],
      ['/project/certs/b.pem', '/project/certs/b.pem'],
    ]);
  });

  it('are all parts of a bundle', () => {
    const files = { '/project/a.pem.rsa': CERTIFICATE + KEY, '/project/a.pem.ecdsa': CERTIFICATE + KEY };
    expect(certificates('crt /project/a.pem', files).map(([file]) => file)).toEqual([
      '/project/a.pem.rsa',
      '/project/a.pem.ecdsa',
    ]);
  });

  it('are found through `crt-base`, `pathMap` and the folder of the file, and known to be missing only where that is sure', () => {
    const map = { pathMap: [{ from: '/etc/ssl', to: '/project/ssl' }] };
    expect(certificates('crt site.pem', {}, map, '    crt-base /etc/ssl/sites')).toEqual([
      ['/project/ssl/sites/site.pem', undefined],
    ]);
    expect(certificates('crt /etc/ssl/site.pem', {}, map)).toEqual([['/project/ssl/site.pem', undefined]]);
    expect(certificates('crt site.pem', { '/project/site.pem': CERTIFICATE + KEY })).toEqual([
      ['/project/site.pem', '/project/site.pem'],
    ]);
    expect(certificates('crt site.pem', {})).toEqual([
      ['`site.pem` counts from the folder in which HAProxy is started', undefined],
    ]);
    expect(certificates('crt site.pem', {}, {}, '    default-path config')).toEqual([['/project/site.pem', undefined]]);
    expect(certificates('crt /etc/ssl/site.pem', {})[0]?.[0]).toContain('pathMap');
    expect(certificates('crt "$CERT"', {})).toEqual([]);
    expect(certificates('crt @store/site', {})).toEqual([]);
  });
});
