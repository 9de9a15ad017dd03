/** Owns tests of what OpenSSL refuses besides suites: groups, keys and protocols, on every openssl command there is. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupNamesOf, groupProblems, groupSince } from '../../server/src/ciphers/groups.ts';
import { keyAllowedAt, type Level, protocolAllowedAt, type TlsVersion } from '../../server/src/ciphers/levels.ts';
import { LIBRARIES } from '../../server/src/ciphers/libraries.ts';
import { selfSigned } from '../certificates/openssl.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { runProcess, startProcess } from '../kit/process.ts';
import { describeWith } from '../kit/required.ts';
import { askAll, type Openssl, openssls } from './openssl.ts';

const LEVELS: readonly Level[] = [0, 1, 2, 3, 4, 5];

describeWith('openssl', 'lists of groups', () => {
  const everyName = [...new Set(LIBRARIES.flatMap(groupNamesOf))];

  it.each(openssls())('OpenSSL $version refuses the ones that are refused here', (openssl) => {
    const name = fc.constantFrom(...everyName, 'p-256', 'x25519mlkem768', 'Kyber768', 'auto', 'DEFAULT', '');
    const element = fc.tuple(fc.constantFrom('', '', '', '', '?', '*', '-', '?*', '??'), name);
    const list = fc
      .array(fc.tuple(element, fc.constantFrom(':', ':', ':', '/', ' : ')), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map(([[sign, text], end], i) => sign + text + (i < parts.length - 1 ? end : '')).join(''));
    const pairs = everyName.flatMap((one) =>
      everyName.filter((other) => related(one, other)).map((other) => `${one}:${other}`),
    );
    const lists = [...everyName, ...pairs, '*DEFAULT', ...fc.sample(list, 150)].filter((text) => text !== '');
    // s_client reads its options before it connects, where nobody listens.
    const refused = lists.map((text) => {
      const { stderr } = spawnSync(openssl.program, ['s_client', '-connect', '127.0.0.1:1', '-groups', text]);
      return /SSL_CONF_cmd|Error with command/.test(stderr.toString());
    });
    const differences = lists.flatMap((text, i) => {
      const problems = groupProblems(text, openssl.tables);
      return problems.length > 0 === refused[i] ? [] : [{ text, refused: refused[i], problems }];
    });
    expect(differences).toEqual([]);
    expect(refused).toContain(true);
    expect(refused).toContain(false);
  });
});

/** Names with the same number in them may be names of one group, such as `K-409` and `sect409k1`. */
function related(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => /\d{3}|25519|448/.exec(name.replace('prime', ''))?.[0]);
  return one < other && a !== undefined && a === b && !/MLKEM|tls13/.test(one + other);
}

describe('a problem in a list of groups', () => {
  const kinds = (text: string, library: (typeof LIBRARIES)[number]) =>
    groupProblems(text, library).map(({ kind, span }) => `${kind} ${text.slice(span.start, span.end)}`);

  it('has a kind and a place', () => {
    expect(kinds('X25519MLKEM768:X25519', '3.0')).toEqual(['unknown X25519MLKEM768']);
    expect(kinds('X25519MLKEM768:X25519', '3.5')).toEqual([]);
    expect(kinds('?X25519MLKEM768 : X25519', '3.2')).toEqual(['syntax ?X25519MLKEM768']);
    expect(kinds('?X25519MLKEM768:X25519', '3.3')).toEqual([]);
    expect(kinds('P-256:prime256v1', '3.0')).toEqual(['twice prime256v1']);
    expect(kinds('X25519::P-256', '3.5')).toEqual(['empty ']);
    expect(kinds('secp256k1:P-256', '4.0')).toEqual(['unknown secp256k1']);
  });

  it('can say since when there is a group', () => {
    expect(groupSince('x25519mlkem768')).toBe('3.5');
    expect(groupSince('X25519Kyber768Draft00')).toBeUndefined();
  });
});

describeWith('openssl', 'keys of certificates', () => {
  const keys = [
    ['RSA', 1024, 'rsa:1024'],
    ['RSA', 2048, 'rsa:2048'],
    ['RSA', 3072, 'rsa:3072'],
    ['EC', 224, 'ec:secp224r1'],
    ['EC', 256, 'ec:prime256v1'],
    ['EC', 384, 'ec:secp384r1'],
    ['EC', 521, 'ec:secp521r1'],
    ['Ed25519', 256, 'ed25519'],
    ['Ed448', 456, 'ed448'],
  ] as const;
  let folder: Folder;
  beforeAll(() => {
    folder = temporaryFolder();
    for (const [, , option] of keys) {
      const [kind = '', detail] = option.split(':');
      const options =
        kind === 'rsa' || detail === undefined ? [option] : [kind, '-pkeyopt', `ec_paramgen_curve:${detail}`];
      folder.write(`${option.replace(':', '-')}.crt`, selfSigned(options).certificate);
    }
  });
  afterAll(() => folder.remove());

  it.each(openssls())('OpenSSL $version takes the ones at each level that are taken here', (openssl) => {
    const files = keys.map(([, , option]) => `${folder.path}/${option.replace(':', '-')}.crt`);
    const taken = LEVELS.map((level) => {
      const answers = askAll(openssl, `verify -auth_level ${level} -CAfile "$value" "$value"`, files);
      return answers.map((answer) => answer !== undefined);
    });
    expect(LEVELS.map((level) => keys.map(([algorithm, bits]) => keyAllowedAt(level, algorithm, bits)))).toEqual(taken);
  });
});

describeWith('openssl', 'protocols', () => {
  const versions: readonly (readonly [TlsVersion, string])[] = [
    ['TLSv1', '-tls1'],
    ['TLSv1.1', '-tls1_1'],
    ['TLSv1.2', '-tls1_2'],
  ];
  const cases = openssls().flatMap((openssl) => ([0, 1, 2] as const).map((level) => ({ ...openssl, level })));

  it.each(cases)(
    'OpenSSL $version at level $level opens the ones that are open here',
    async ({ level, ...openssl }) => {
      const opened = await openedBy(openssl, level, versions);
      expect(versions.map(([protocol]) => protocolAllowedAt(level, protocol, openssl.tables))).toEqual(opened);
    },
  );
});

/** Whether a server with all protocols and both kinds of key exchange answers a client that allows anything. */
async function openedBy({ program }: Openssl, level: Level, versions: readonly (readonly [TlsVersion, string])[]) {
  const folder = temporaryFolder();
  const { certificate, key } = selfSigned(['rsa:3072']);
  const files = ['-cert', folder.write('crt', certificate), '-key', folder.write('key', key)];
  const server = startProcess(program, [
    's_server',
    ...['-accept', '127.0.0.1:0', '-www', '-no_ssl3', ...files],
    ...['-cipher', `ALL:@SECLEVEL=${level}`],
  ]);
  try {
    await server.waitForLog(/^ACCEPT .*:\d+$/m);
    const port = /^ACCEPT .*:(\d+)$/m.exec(server.log())?.[1] ?? '';
    const opened: boolean[] = [];
    for (const [, option] of versions) {
      const { output } = await runProcess(program, [
        's_client',
        ...['-connect', `127.0.0.1:${port}`, option, '-cipher', 'ALL:@SECLEVEL=0'],
      ]);
      opened.push(/Cipher is (?!\(NONE\))/.test(output));
    }
    return opened;
  } finally {
    await server.stop();
    folder.remove();
  }
}
