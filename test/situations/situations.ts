/** Owns the table of certificate situations: the files of each, and what wsslint is to say of them. */
import { revocationList } from '../certificate-rules/revocation.ts';
import { createAuthority, selfSigned as signedByItself } from '../kit/authority.ts';
import type { Product } from './judges.ts';
import {
  bundle,
  byOpenssl,
  converted,
  type Files,
  inDays,
  mutual,
  NAME,
  NAMES,
  of,
  publicHalf,
  selfSignedRequest,
  shortGroup,
  type World,
  weaklySigned,
  withDh,
  withList,
} from './world.ts';

export interface Situation {
  readonly id: string;
  readonly title: string;
  /** What wsslint reports of nginx's configuration, beside hints. */
  readonly rules: readonly string[];
  /** Where the situation is one of these products alone. */
  readonly only?: readonly Product[];
  files(world: World): Files | Promise<Files>;
}

const CLIENT = { commonName: 'somebody', usages: ['client'] as const };

export const SITUATIONS: readonly Situation[] = [
  {
    id: 'right',
    title: 'Nothing is wrong',
    rules: [],
    files: (world) => of(world, world.good.chain),
  },
  {
    id: 'reversed',
    title: 'The issuer stands before the server’s own certificate',
    rules: ['certificate-chain-order'],
    files: (world) => of(world, world.issuing.certificate + world.good.certificate),
  },
  {
    id: 'foreign-key',
    title: 'A key of the same type that belongs to another certificate',
    rules: ['certificate-key-mismatch'],
    files: ({ good, foreign }) => ({ certificate: good.chain, key: foreign.key }),
  },
  {
    id: 'other-type',
    title: 'A key of another type',
    rules: ['certificate-key-mismatch'],
    files: async ({ good, issuing }) => ({
      certificate: good.chain,
      key: (await issuing.issue({ names: NAMES, key: 'rsa2048' })).key,
    }),
  },
  {
    id: 'leaf-only',
    title: 'The issuer is missing',
    rules: ['certificate-chain-incomplete'],
    files: (world) => ({ ...of(world, world.good.certificate), more: { 'issuing.pem': world.issuing.certificate } }),
  },
  {
    id: 'unrelated',
    title: 'An unrelated certificate in the place of the issuer',
    rules: ['certificate-chain-incomplete', 'certificate-chain-order'],
    files: (world) => ({
      ...of(world, world.good.certificate + world.other.certificate),
      more: { 'issuing.pem': world.issuing.certificate },
    }),
  },
  {
    id: 'root-included',
    title: 'The root is sent along',
    rules: ['certificate-root-in-chain'],
    files: (world) => of(world, world.good.chain + world.root.certificate),
  },
  {
    id: 'leaf-twice',
    title: 'The server’s own certificate twice',
    rules: ['certificate-duplicate-in-chain'],
    files: (world) => of(world, world.good.certificate + world.good.chain),
  },
  {
    id: 'expired',
    title: 'Expired',
    rules: ['certificate-expired'],
    files: ({ issuing }) => bundle(issuing.issue({ names: NAMES, notBefore: inDays(-90), notAfter: inDays(-1) })),
  },
  {
    id: 'not-yet',
    title: 'Not valid yet',
    rules: ['certificate-not-yet-valid'],
    files: ({ issuing }) => bundle(issuing.issue({ names: NAMES, notBefore: inDays(2), notAfter: inDays(80) })),
  },
  {
    id: 'no-names',
    title: 'A common name, and no alternative names',
    rules: ['certificate-san-missing'],
    files: ({ issuing }) => bundle(issuing.issue({ commonName: NAME, notAfter: inDays(80) })),
  },
  {
    id: 'other-name',
    title: 'For another name',
    rules: ['certificate-name-mismatch'],
    files: ({ issuing }) => bundle(issuing.issue({ names: ['www.example.org'], notAfter: inDays(80) })),
  },
  {
    id: 'client-usage',
    title: 'For clients only',
    rules: ['certificate-wrong-usage'],
    files: ({ issuing }) => bundle(issuing.issue({ names: NAMES, usages: ['client'], notAfter: inDays(80) })),
  },
  {
    id: 'authority',
    title: 'An authority’s certificate (CA:TRUE)',
    rules: ['certificate-wrong-usage'],
    files: (world) =>
      byOpenssl(
        world,
        ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
        '-sha256',
        'basicConstraints=CA:TRUE\n',
      ),
  },
  {
    id: 'self-signed',
    title: 'Signed with its own key',
    rules: ['certificate-self-signed'],
    files: () => bundle(signedByItself({ names: NAMES, notAfter: inDays(80) })),
  },
  {
    id: 'rsa-1024',
    title: 'RSA with 1024 bits',
    rules: ['certificate-weak-key'],
    files: (world) => byOpenssl(world, ['-newkey', 'rsa:1024']),
  },
  {
    id: 'secp256k1',
    title: 'A key on the curve secp256k1',
    rules: ['certificate-weak-key'],
    files: (world) => byOpenssl(world, ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1']),
  },
  {
    id: 'explicit-curve',
    title: 'A curve that is spelled out',
    rules: ['certificate-weak-key'],
    files: (world) =>
      byOpenssl(world, ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-pkeyopt', 'ec_param_enc:explicit']),
  },
  {
    id: 'sha1',
    title: 'Signed with SHA-1 by an authority',
    rules: ['certificate-weak-signature'],
    files: () => {
      const { certificate, key, root } = weaklySigned();
      return { certificate, key, more: { 'root.pem': root } };
    },
  },
  {
    id: 'empty',
    title: 'An empty file',
    rules: ['certificate-file-damaged'],
    files: (world) => of(world, ''),
  },
  {
    id: 'request',
    title: 'A request in the place of the certificate',
    rules: ['certificate-file-damaged'],
    files: (world) => of(world, selfSignedRequest()),
  },
  {
    id: 'der',
    title: 'The certificate in binary form (DER)',
    rules: ['certificate-file-damaged'],
    files: (world) => of(world, converted(world, 'x509', '-in', 'crt', '-outform', 'DER')),
  },
  {
    id: 'utf-16',
    title: 'The certificate in UTF-16, as some editors of Windows save it',
    rules: ['certificate-file-damaged'],
    files: (world) => of(world, Buffer.from(`\ufeff${world.good.chain}`, 'utf16le')),
  },
  {
    id: 'pkcs12',
    title: 'A PKCS#12 container in the place of the certificate',
    rules: ['certificate-file-damaged'],
    files: (world) =>
      of(world, converted(world, 'pkcs12', '-export', '-in', 'chain', '-inkey', 'key', '-passout', 'pass:')),
  },
  {
    id: 'pkcs7',
    title: 'A PKCS#7 bundle (.p7b) in the place of the certificate',
    rules: ['certificate-file-damaged'],
    files: (world) => of(world, `${Buffer.from(converted(world, 'crl2pkcs7', '-nocrl', '-certfile', 'chain'))}`),
  },
  {
    id: 'der-key',
    title: 'The key in binary form (DER)',
    rules: ['certificate-file-damaged'],
    files: (world) => ({
      certificate: world.good.chain,
      key: converted(world, 'pkey', '-in', 'key', '-outform', 'DER'),
    }),
  },
  {
    id: 'public-key',
    title: 'The public half in the place of the key',
    rules: ['certificate-file-damaged'],
    files: ({ good }) => ({ certificate: good.chain, key: publicHalf(good.key) }),
  },
  {
    id: 'garbled',
    title: 'A character in the second certificate that is no base64',
    rules: ['certificate-file-damaged'],
    files: (world) => of(world, world.good.certificate + world.issuing.certificate.replace(/\n(.)/, '\n!')),
  },
  {
    id: 'glued',
    title: 'Two blocks without a line end between them',
    rules: ['certificate-file-damaged'],
    files: (world) => of(world, world.good.certificate.trimEnd() + world.issuing.certificate),
  },
  {
    id: 'encrypted-key',
    // Apache asks at a terminal and waits.
    only: ['nginx', 'haproxy'],
    title: 'An encrypted key, and no password',
    rules: ['key-encrypted'],
    files: ({ issuing }) => bundle(issuing.issue({ names: NAMES, passphrase: 'secret', notAfter: inDays(80) })),
  },
  {
    id: 'two-keys',
    title: 'Two keys in the file, the right one behind',
    rules: ['certificate-key-mismatch'],
    files: ({ good, foreign }) => ({ certificate: good.chain, key: foreign.key + good.key }),
  },
  {
    id: 'other-suites',
    title: 'An EC key, TLS 1.2 only, and suites for RSA',
    rules: ['tls-listener-unusable'],
    files: (world) => ({
      ...of(world, world.good.chain),
      nginx: 'ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;',
      haproxy: 'ssl-max-ver TLSv1.2 ciphers ECDHE-RSA-AES128-GCM-SHA256',
      apache: 'SSLProtocol TLSv1.2\nSSLCipherSuite ECDHE-RSA-AES128-GCM-SHA256',
    }),
  },
  {
    id: 'stapling',
    only: ['nginx'],
    title: 'Stapling, and no responder in the certificate',
    rules: ['tls-stapling-dead'],
    files: (world) => ({ ...of(world, world.good.chain), nginx: 'ssl_stapling on;' }),
  },
  {
    id: 'dh-short',
    only: ['nginx', 'apache'],
    title: 'Diffie-Hellman parameters with 1024 bits',
    rules: ['tls-dh-parameters-weak'],
    files: (world) => withDh(world, shortGroup()),
  },
  {
    id: 'dh-other',
    only: ['nginx', 'apache'],
    title: 'A certificate in the place of Diffie-Hellman parameters',
    rules: ['certificate-file-damaged'],
    files: (world) => withDh(world, world.root.certificate),
  },
  {
    id: 'clients-right',
    title: 'Clients show certificates of the authority that is named',
    rules: [],
    files: async ({ root, good }) => ({
      ...of({ good }, good.chain),
      ...mutual(root.certificate),
      client: await root.issue(CLIENT),
    }),
  },
  {
    id: 'clients-deep',
    title: 'Two authorities stand between the client’s certificate and the root',
    rules: ['mtls-depth-too-short'],
    files: async ({ root, issuing, deep, good }) => ({
      ...of({ good }, good.chain),
      ...mutual(deep.certificate + issuing.certificate + root.certificate),
      client: await deep.issue(CLIENT),
    }),
  },
  {
    id: 'clients-deep-enough',
    title: 'The same with a depth of 2',
    rules: [],
    files: async ({ root, issuing, deep, good }) => {
      const { nginx, apache, ...asked } = mutual(deep.certificate + issuing.certificate + root.certificate);
      return {
        ...of({ good }, good.chain),
        ...asked,
        nginx: `${nginx} ssl_verify_depth 2;`,
        // Apache counts the root, too.
        apache: `${apache}\nSSLVerifyDepth 3`,
        client: await deep.issue(CLIENT),
      };
    },
  },
  {
    id: 'clients-no-root',
    title: 'An authority for clients, without the root above it',
    rules: ['mtls-ca-incomplete'],
    files: async ({ issuing, good }) => ({
      ...of({ good }, good.chain),
      ...mutual(issuing.certificate),
      client: await issuing.issue(CLIENT),
    }),
  },
  {
    id: 'clients-leaf',
    title: 'The client’s own certificate in the place of its authority',
    rules: ['mtls-ca-incomplete'],
    files: async ({ root, good }) => {
      const client = await root.issue(CLIENT);
      return { ...of({ good }, good.chain), ...mutual(client.certificate), client };
    },
  },
  {
    id: 'clients-expired-authority',
    title: 'The authority for clients has expired',
    rules: ['mtls-ca-incomplete'],
    files: async ({ good }) => {
      const old = await createAuthority({ commonName: 'Old Root', notBefore: inDays(-400), notAfter: inDays(-1) });
      return { ...of({ good }, good.chain), ...mutual(old.certificate), client: await old.issue(CLIENT) };
    },
  },
  {
    id: 'clients-key',
    title: 'A private key in the place of the authority for clients',
    rules: ['certificate-file-damaged'],
    files: async ({ root, good }) => ({
      ...of({ good }, good.chain),
      ...mutual(good.key),
      client: await root.issue(CLIENT),
    }),
  },
  {
    id: 'clients-garbled',
    title: 'A character in the authority for clients that is no base64',
    rules: ['certificate-file-damaged'],
    files: async ({ root, good }) => ({
      ...of({ good }, good.chain),
      ...mutual(root.certificate.replace(/\n(.)/, '\n!')),
      client: await root.issue(CLIENT),
    }),
  },
  {
    id: 'clients-server-usage',
    title: 'The client’s certificate is for servers only',
    rules: [],
    files: async ({ root, good }) => ({
      ...of({ good }, good.chain),
      ...mutual(root.certificate),
      client: await root.issue({ ...CLIENT, usages: ['server'] }),
    }),
  },
  {
    id: 'list-current',
    title: 'Clients are looked up in a current revocation list',
    rules: [],
    files: (world) => withList(world, inDays(30)),
  },
  {
    id: 'list-expired',
    title: 'The revocation list has expired',
    rules: ['crl-expired'],
    files: (world) => withList(world, inDays(-1)),
  },
  {
    id: 'list-missing',
    title: 'The list of one authority of the client’s chain is missing',
    rules: ['crl-expired'],
    files: async ({ root, issuing, good }) => ({
      certificate: good.chain,
      key: good.key,
      ...mutual(
        root.certificate + issuing.certificate,
        await revocationList(root, { thisUpdate: inDays(-60), nextUpdate: inDays(30) }),
      ),
      client: await issuing.issue(CLIENT),
    }),
  },
  {
    id: 'list-garbled',
    title: 'A character in the revocation list that is no base64',
    rules: ['certificate-file-damaged'],
    files: async (world) => {
      const files = await withList(world, inDays(30));
      const list = files.more?.['crl.pem'] ?? '';
      return { ...files, more: { ...files.more, 'crl.pem': list.replace(/\n(.)/, '\n!') } };
    },
  },
  {
    id: 'list-certificate',
    title: 'A certificate in the place of the revocation list',
    rules: ['crl-expired'],
    files: async ({ root, good }) => ({
      certificate: good.chain,
      key: good.key,
      ...mutual(root.certificate, root.certificate),
      client: await root.issue(CLIENT),
    }),
  },
];
