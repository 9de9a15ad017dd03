/** Owns extension files of OpenSSL: what is read of them is what the openssl command makes of them, and what they are told. */
import { describe, expect, it } from 'vitest';
import { claimOf } from '../../server/src/analysis/languages.ts';
import { extensionSections } from '../../server/src/languages/openssl/extensions.ts';
import { parseConfiguration } from '../../server/src/languages/openssl/syntax.ts';
import { lintFolder } from '../corpus/lint.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { certificateByExtensions } from './extension-file.ts';

const LEAF = 'basicConstraints = CA:FALSE\nextendedKeyUsage = serverAuth\n';

describeWith('openssl', 'what is read is what openssl makes', () => {
  it.each([
    ['names on the line', `subjectAltName = DNS:a.example, DNS:b.example,IP:10.0.0.5\n${LEAF}`],
    ['names in a section', `subjectAltName=@n\n${LEAF}[ n ]\nDNS.1=a.example\nDNS.2 = b.example # two\nIP.1 = ::1\n`],
    ['a section in two parts', `subjectAltName=@n\n${LEAF}[n]\nDNS.1=a.example\n[m]\nx=1\n[n]\nDNS.2=b.example\n`],
    ['a key twice', `subjectAltName=@n\n${LEAF}[n]\nDNS.1=a.example\nDNS.1=b.example\n`],
    ['the extension twice', `subjectAltName=DNS:a.example\nsubjectAltName=DNS:b.example\n${LEAF}`],
    ['a line that goes on', `subjectAltName = DNS:a.example, \\\n  DNS:b.example\n${LEAF}`],
    ['quotes and critical', `subjectAltName = critical, "DNS:a.example"\nextendedKeyUsage = critical,clientAuth\n`],
    ['long names of usages', 'extendedKeyUsage = TLS Web Server Authentication, 1.3.6.1.5.5.7.3.2\n'],
    ['an authority', 'basicConstraints = critical, CA:yes, pathlen:0\nkeyUsage = keyCertSign, cRLSign\n'],
    ['[ default ]', `[ default ]\nsubjectAltName = DNS:a.example\n${LEAF}`],
  ])('%s', (_, text) => {
    const made = certificateByExtensions({ 'file.ext': text });
    const [section] = extensionSections(parseConfiguration(text), 'file.ext');
    const value = <T>(fact: { readonly known: true; readonly value: T } | { readonly known: false } | undefined) =>
      fact?.known === true ? fact.value : 'unknown';
    const names = value(section?.names);
    const counted = names === 'unknown' ? [] : (names ?? []).filter(({ replacedBy }) => replacedBy === undefined);
    const address = (name: string) => (name === '::1' ? '0:0:0:0:0:0:0:1' : name);
    const words = counted.map(({ type, value }) =>
      type === 'IP' ? `IP Address:${address(value)}` : `${type}:${value}`,
    );
    expect(words.join(', ')).toBe(made.subjectAltName ?? '');
    const oids = new Map([
      ['serverAuth', '1.3.6.1.5.5.7.3.1'],
      ['clientAuth', '1.3.6.1.5.5.7.3.2'],
    ]);
    const usages = value(section?.usages);
    expect(usages === 'unknown' ? usages : usages?.map((usage) => oids.get(usage))).toEqual(made.keyUsage);
    expect(value(section?.authority)).toBe(made.ca);
  });
});

describe('findings in extension files', () => {
  const saidOf = (name: string, text: string) => {
    const folder = temporaryFolder();
    try {
      folder.write(name, text);
      return lintFolder(folder.path, { now: '2026-11-23' }).findings.map(({ at, finding }) => `${at} ${finding.rule}`);
    } finally {
      folder.remove();
    }
  };

  it.each([
    ['the client of a copied recipe', 'client.ext', 'basicConstraints = CA:FALSE\nextendedKeyUsage = clientAuth\n'],
    [
      'an authority below another',
      'issuing.ext',
      'basicConstraints = critical,CA:TRUE,pathlen:0\nkeyUsage = keyCertSign\n',
    ],
    [
      'an authority with usages',
      'ca.cnf',
      '[ server_ca ]\nbasicConstraints = CA:TRUE\nextendedKeyUsage = serverAuth\n',
    ],
    ['names out of the environment', 'server.ext', `subjectAltName = $ENV::SAN\n${LEAF}`],
    [
      'names in a section out of variables',
      'server.ext',
      `subjectAltName = @n\n${LEAF}[n]\nDNS.1 = $host\nDNS.1 = b\n`,
    ],
    ['another file', 'server.ext', `.include names.cnf\n${LEAF}`],
    ['names that requests bring', 'ca.cnf', `[ ca ]\ncopy_extensions = copy\n[ server ]\n${LEAF}`],
    [
      'self-signed by `req`',
      'req.cnf',
      '[req]\nx509_extensions = v3\n[v3]\nbasicConstraints = CA:TRUE\nsubjectAltName = DNS:a\n',
    ],
    ['an address both ways', 'server.ext', `subjectAltName = DNS:10.0.0.5, IP:10.0.0.5\n${LEAF}`],
    ['the same line twice', 'server.ext', `subjectAltName = @n\n${LEAF}[n]\nDNS.1 = a\nDNS.1 = a\n`],
    ['settings of another program', 'my.cnf', '[mysqld]\nbasicConstraintsLike = 1\nssl-ca = ca.pem\n'],
    ['another sort of .ext', 'notes.ext', 'keyUsage is what we talk about\n'],
  ])('%s: none', (_, name, text) => {
    expect(saidOf(name, text)).toEqual([]);
  });

  it.each([
    ['a server without names', 'server.ext', LEAF, ['server.ext:1 certificate-san-missing']],
    ['an address in a list', 'v3.ext', `subjectAltName = DNS:a, DNS:10.0.0.5\n`, ['v3.ext:1 certificate-san-missing']],
    [
      'a section of openssl.cnf',
      'openssl.cnf',
      `[ req ]\ndistinguished_name = dn\n[ dn ]\n[ server_cert ]\n${LEAF}`,
      ['openssl.cnf:4 certificate-san-missing'],
    ],
    [
      'a section in a .conf file',
      'csr.conf',
      `[ req ]\ndistinguished_name = dn\n[ v3 ]\n${LEAF}`,
      ['csr.conf:3 certificate-san-missing'],
    ],
    [
      'servers for servers only, as a client',
      'client.ext',
      'basicConstraints = CA:FALSE\nextendedKeyUsage = serverAuth\nsubjectAltName = DNS:a\n',
      ['client.ext:1 certificate-wrong-usage'],
    ],
    [
      'silence by a comment',
      'server.ext',
      `# wsslint-ignore certificate-san-missing: -addext brings them\n${LEAF}`,
      [],
    ],
  ])('%s', (_, name, text, expected) => {
    expect(saidOf(name, text)).toEqual(expected);
  });

  it('is linear in the size of the file, whatever is in it', () => {
    for (const text of [
      '[',
      '\\',
      '"',
      '#',
      'a=',
      'DNS.1=a\n',
      '[n]\nkeyUsage=@n\n',
      'subjectAltName=@n\n[n]\nDNS.1=a\n',
    ]) {
      const large = `keyUsage=a\nsubjectAltName=@n\n[n]\n${text.repeat(20_000)}`;
      const started = performance.now();
      expect(claimOf('a.ext', () => large)?.language.id).toBe('openssl');
      extensionSections(parseConfiguration(large), 'a.ext');
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });
});
