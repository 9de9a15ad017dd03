/** Owns `crt-list` files: how they are read, what they change for each certificate, on paper and before real HAProxys. */
import { describe, expect, it } from 'vitest';
import { parseList } from '../../server/src/languages/haproxy/syntax/crt-list.ts';
import type { TlsEndpoint } from '../../server/src/model/model.ts';
import { sharedAuthority } from '../kit/authority.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { haproxyVersion, startHaproxy } from '../kit/haproxy.ts';
import { describeWith } from '../kit/required.ts';
import { tlsScan } from '../kit/tls-probes.ts';
import { edited, load, textAt } from './project.ts';

const LIST = '/project/shop.list';
const BLOCK = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

const config = (bind: string, global = '') => `global
    maxconn 10
    ${global}
defaults
    mode http
    timeout client 5s
frontend web
    bind :443 ssl ${bind}
`;

function loaded(
  list: string | undefined,
  bind = 'crt-list shop.list',
  versions = { haproxy: '2.6.12', openssl: '3.0' },
) {
  const files = list === undefined ? {} : { [LIST]: list, '/project/a.pem': BLOCK, '/project/b.pem': BLOCK };
  return load(config(bind), { target: versions, files });
}

const endpointsOf = (list: string | undefined, bind?: string): TlsEndpoint[] =>
  loaded(list, bind).model.sites.flatMap(({ endpoint }) => endpoint ?? []);

const named = ({ certificates }: TlsEndpoint): string[] =>
  certificates.map(({ certificate, names }) => [certificate.written, ...names.map(({ name }) => name)].join(' '));

const offered = ({ versions }: TlsEndpoint): string => (versions.known ? versions.value.join(' ') : versions.why);

describe('lines', () => {
  it('are a certificate, settings in brackets and names', () => {
    const text = '# shop\n\na.pem\nb.pem [alpn h2 verify none]   b.example !c.example\r\n\t d.pem *\n';
    const { entries, comments } = parseList(text, '/list');
    expect(
      entries.map(({ certificate, settings, filters }) => [
        certificate.value,
        settings.map(({ value }) => value).join(' '),
        filters.map(({ value }) => value).join(' '),
      ]),
    ).toEqual([
      ['a.pem', '', ''],
      ['b.pem', 'alpn h2 verify none', 'b.example !c.example'],
      ['d.pem', '', '*'],
    ]);
    for (const { certificate, filters } of entries)
      for (const { span, value } of [certificate, ...filters]) expect(text.slice(span.start, span.end)).toBe(value);
    expect(comments.map(({ text: comment }) => comment)).toEqual([' shop']);
  });

  it('with brackets that HAProxy refuses are passed over', () => {
    for (const line of ['[alpn h2] a.pem', 'a.pem [alpn', 'a.pem alpn]', 'a.pem [a] [b]'])
      expect(parseList(line, '/list').entries, line).toEqual([]);
  });
});

describe('certificates of a list', () => {
  it('are those of the `bind` line, for the names behind them, at their places in the list', () => {
    const list = '# shop\na.pem\nb.pem b.example *.b.example !x.b.example\n';
    const [endpoint, ...more] = endpointsOf(list);
    expect(more).toEqual([]);
    expect(endpoint === undefined ? [] : named(endpoint)).toEqual(['a.pem', 'b.pem b.example *.b.example']);
    for (const { certificate } of endpoint?.certificates ?? []) {
      expect(certificate.place.file).toBe(LIST);
      expect(textAt(list, certificate.place)).toBe(certificate.written);
    }
  });

  it('have a side of their own where they have settings of their own, and that of the line otherwise', () => {
    const all = endpointsOf('a.pem\nb.pem [ssl-min-ver TLSv1.3] b.example\na.pem [alpn h2] c.example\n');
    expect(all.map(named)).toEqual([['a.pem'], ['b.pem b.example'], ['a.pem c.example']]);
    expect(all.map(offered)).toEqual(['TLSv1.2 TLSv1.3', 'TLSv1.3', 'TLSv1.2 TLSv1.3']);
  });

  it('tell who must show a certificate by the line of the list, and leave it open where it has other authorities', () => {
    const of = (list: string | undefined) =>
      endpointsOf(list, 'crt-list shop.list ca-file ca.pem verify required').map(({ clientCertificates: facts }) =>
        facts.known ? facts.value.demand : 'unknown',
      );
    expect(of('a.pem\nb.pem b.example\n')).toEqual(['required']);
    expect(of('a.pem\nb.pem [verify none] b.example\n')).toEqual(['required', 'none']);
    expect(of('a.pem\nb.pem [ca-file other.pem] b.example\n')).toEqual(['required', 'unknown']);
    expect(of(undefined)).toEqual(['unknown']);
  });

  it('and versions are not known where the list cannot be read, which is told', () => {
    expect(endpointsOf(undefined).map(offered)).toEqual(['`crt-list` may set versions for each certificate']);
    expect(endpointsOf(undefined, 'crt a.pem crt-list shop.list').map(offered)).toEqual(['TLSv1.2 TLSv1.3']);
    expect(loaded(undefined).model.unseen.map(({ what }) => what)).toEqual([
      'the certificates that crt-list shop.list names',
    ]);
    expect(loaded('a.pem\n').model.unseen).toEqual([]);
  });

  it('are named, linked and commented in the list itself', () => {
    const list = '# shop\na.pem a.example\n';
    const project = loaded(list);
    expect(project.files.map(({ id }) => id)).toEqual([project.root, LIST]);
    expect(project.links(LIST)).toEqual([{ span: { start: 7, end: 12 }, target: '/project/a.pem' }]);
    expect(project.comments(LIST).map(({ text }) => text)).toEqual([' shop']);
    expect(project.subjectAt(LIST, 8)).toMatchObject({ kind: 'file', use: { written: 'a.pem' } });
    const use = project.fileUses().find(({ written }) => written === 'a.pem');
    if (use === undefined) throw new Error('the certificate is not named');
    const edits = project.realize({ kind: 'name-file', use, path: 'b.pem' });
    expect(edits?.map(({ file }) => file)).toEqual([LIST]);
    expect(edited(list, edits)).toBe('# shop\nb.pem a.example\n');
    expect(project.realize({ kind: 'name-file', use, path: 'b c.pem' })).toBeUndefined();
  });
});

const WIRE = [
  ['', ''],
  ['[ssl-min-ver TLSv1.3]', ''],
  ['[ssl-max-ver TLSv1.2]', ''],
  ['[ssl-min-ver TLSv1.0 ciphers ALL:@SECLEVEL=0]', ''],
  ['[ssl-min-ver TLSv1.1]', 'ssl-default-bind-ciphers ALL:@SECLEVEL=0'],
  [
    '[ciphers ECDHE+AESGCM]',
    'ssl-default-bind-options ssl-min-ver TLSv1.0\n    ssl-default-bind-ciphers ALL:@SECLEVEL=0',
  ],
  [
    '[ssl-max-ver TLSv1.2]',
    'ssl-default-bind-options ssl-min-ver TLSv1.1\n    ssl-default-bind-ciphers ALL:@SECLEVEL=0',
  ],
  ['[ssl-min-ver TLSv1.2]', 'ssl-default-bind-options ssl-max-ver TLSv1.2'],
] as const;

function onTheWire(generation: Generation): void {
  it.each(WIRE)('a line offers the versions that the model says: `%s`, `%s`', async (settings, global) => {
    await onGeneration(generation, async () => {
      const authority = await sharedAuthority();
      const [a, b] = await Promise.all(['a.example', 'b.example'].map((name) => authority.issue({ names: [name] })));
      const list = `a.pem\nb.pem ${settings} b.example\n`;
      const text = config('crt-list /certs/list', `crt-base /certs\n    ${global}`);
      const { sites } = load(text, {
        target: { haproxy: await haproxyVersion(), openssl: '3.0' },
        files: { '/certs/list': list },
        workspaces: ['/project', '/certs'],
      }).model;
      const server = await startHaproxy({
        files: {
          'haproxy.cfg': text,
          '/certs/list': list,
          '/certs/a.pem': a?.bundle ?? '',
          '/certs/b.pem': b?.bundle ?? '',
        },
      });
      try {
        const endpoints = sites.flatMap(({ endpoint }) => endpoint ?? []);
        for (const [at, servername] of ['a.example', 'b.example'].entries()) {
          const endpoint = endpoints[at] ?? endpoints[0];
          const seen = await tlsScan({ port: server.port(443), servername });
          expect(endpoint === undefined ? '' : offered(endpoint), servername).toBe([...seen].sort().join(' '));
        }
      } finally {
        await server.stop();
      }
    });
  });
}

describeWith('haproxy', 'on a real HAProxy', () => onTheWire('installed'));
for (const suite of SUITES) describeWith(suite, `on Debian ${suite}`, () => onTheWire(suite));
