/** Owns the question whether stunnel starts with what wsslint finds nothing wrong in, and refuses what it finds wrong. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { sharedAuthority } from '../kit/authority.ts';
import { onGeneration, SUITES } from '../kit/generations.ts';
import { describeWith, itWith } from '../kit/required.ts';
import { stunnelOpenssl, stunnelStarts, stunnelVersion } from '../kit/stunnel.ts';
import { main } from './project.ts';

/** Each starts a real server. */
const ASKED = 60;

const GLOBAL = [
  'fips = no',
  'RNDbytes = 64',
  'log = append',
  'syslog = yes',
  'sslVersionMin = TLSv1.2',
  'client = no',
  'TIMEOUTidle = 60',
];
const RIGHT = [
  'TIMEOUTclose = 0',
  'TIMEOUTbusy = 10',
  'sslVersion = TLSv1.3',
  'sslVersion = all',
  'sslVersionMin = tlsv1.2',
  'sslVersionMax = all',
  'options = NO_TICKET',
  'options = -NO_SSLv3',
  'options = NO_TLSv1_1',
  'ciphers = ECDHE+AESGCM',
  'securityLevel = 2',
  'VerifyChain = no',
  'requireCert = no',
  'verify = 0',
  'renegotiation = no',
  'reset = no',
  'delay = yes',
  'failover = rr',
  'retry = no',
  'debug = 5',
  'logId = unique',
  'libwrap = no',
  'sessionCacheSize = 10',
  'CAfile = /etc/stunnel/ca.pem',
  '; a note',
  '# a note',
  '',
];
const WRONG = [
  'acept = 443',
  'nothing',
  '[open',
  'TIMEOUTidle = 1m',
  'sslVersion = TLS1.2',
  'sslVersionMin = TLSv1.4',
  'sslVersion = SSLv2',
  'verify = 5',
  'securityLevel = high',
  'client = maybe',
  'verifyChain = true',
  'options = NO_TLSv1.1',
  'fips = no',
  'pid = /run/x.pid # pid',
  'compression = deflate',
  'client = no ; a server',
  'TIMEOUTidle = 60 ; a minute',
  'sslVersionMin = TLSv1.3\nsslVersionMax = TLSv1.2',
  'checkHost = shop.example',
  'sni = nobody:shop.example',
  '[lost]\nconnect = 80',
  '[lost]\nclient = yes\naccept = 127.0.0.1:9001',
  '[lost]\nclient = yes\naccept = 127.0.0.1:9001\nconnect = 80\nverifyChain = yes',
];

const service = (name: string, port: number, more: readonly string[]) =>
  [`[${name}]`, `accept = ${port}`, 'connect = 127.0.0.1:3000', ...more].join('\n');

const texts = fc
  .tuple(
    fc.subarray(GLOBAL, { maxLength: 3 }),
    fc.subarray(RIGHT, { maxLength: 5 }),
    fc.subarray(RIGHT, { maxLength: 3 }),
    fc.option(fc.constantFrom(...WRONG), { freq: 2 }),
  )
  .map(([global, first, second, wrong]) =>
    [
      ...global,
      'cert = /etc/stunnel/shop.pem',
      service('web', 8443, [...first, ...(wrong === null ? [] : [wrong])]),
      ...(wrong?.includes('[') ? [] : [service('other', 8444, second)]),
      '',
    ].join('\n'),
  );

async function asks(runs: number): Promise<void> {
  const authority = await sharedAuthority();
  const { bundle } = await authority.issue({ names: ['shop.example'] });
  const target = { stunnel: await stunnelVersion(), openssl: await stunnelOpenssl() };
  let refused = 0;
  for (const text of fc.sample(texts, runs)) {
    const problems = main(text, { target }).model.problems.map(({ message }) => message);
    const files = { 'stunnel.conf': text, 'shop.pem': bundle, 'ca.pem': authority.certificate };
    const { ok, output } = await stunnelStarts({ files });
    expect([text, problems.length === 0, problems], `${text}\n${output}`).toEqual([text, ok, problems]);
    if (!ok) refused++;
  }
  expect(refused).toBeGreaterThan(runs / 10);
}

itWith('stunnel', 'stunnel agrees about generated configurations', () => asks(ASKED));
for (const suite of SUITES)
  describeWith(suite, `that of Debian ${suite}`, () => {
    itWith(suite, 'agrees about some of them', () => onGeneration(suite, () => asks(ASKED / 3)));
  });
