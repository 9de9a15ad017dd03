/** Owns the lowering of ssl_verify_client without an authority, on both sides of nginx 1.27.2. */
import { expect, it } from 'vitest';
import { endpointsOf } from '../../server/src/model/model.ts';
import { http, loadProject, type Options } from './project.ts';

const TLS = 'listen 443 ssl; ssl_certificate a.pem; ssl_certificate_key a.key;';

const lockedOut = (inside: string, nginx?: string): boolean | 'unknown' => {
  const options: Options = nginx === undefined ? {} : { target: { nginx } };
  const clients = endpointsOf(loadProject(http(inside), options).model)[0]?.clientCertificates;
  if (clients?.known !== true || !clients.value.lockout.known) return 'unknown';
  return clients.value.lockout.value !== undefined;
};

it('locks everybody out without an authority', () => {
  expect(lockedOut(`server { ${TLS} ssl_verify_client on; }`)).toBe(true);
  expect(lockedOut(`server { ${TLS} ssl_verify_client optional; }`)).toBe(true);
  expect(lockedOut(`ssl_verify_client on; server { ${TLS} }`)).toBe(true);
});

it('does not where one is named, none is needed, or nginx does not look', () => {
  expect(lockedOut(`ssl_client_certificate c.pem; server { ${TLS} ssl_verify_client on; }`)).toBe(false);
  expect(lockedOut(`server { ${TLS} ssl_verify_client optional_no_ca; }`)).toBe(false);
  expect(lockedOut(`server { ${TLS} ssl_verify_client off; }`)).toBe(false);
  expect(lockedOut('server { listen 443 ssl; ssl_verify_client on; }')).toBe(false);
});

it('depends on the version with ssl_trusted_certificate alone', () => {
  const trusted = `server { ${TLS} ssl_trusted_certificate c.pem; ssl_verify_client on; }`;
  expect(lockedOut(trusted)).toBe('unknown');
  expect(lockedOut(trusted, '1.27.1')).toBe(true);
  expect(lockedOut(trusted, '1.27')).toBe('unknown');
  expect(lockedOut(trusted, '1.27.2')).toBe(false);
});

it('is not known where an include cannot be seen', () => {
  expect(lockedOut(`include conf.d/ca.conf; server { ${TLS} ssl_verify_client on; }`)).toBe('unknown');
});
