/** Owns the verdict of real HAProxys over configurations of several files, and what of `global` counts for lines before it. */
import { describe, expect, it } from 'vitest';
import { sharedAuthority } from '../kit/authority.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { haproxyCheck, haproxyVersion, startHaproxy } from '../kit/haproxy.ts';
import { keeper } from '../kit/keeper.ts';
import { describeWith } from '../kit/required.ts';
import { tlsScan } from '../kit/tls-probes.ts';
import { load } from './project.ts';

const MAIN = '/etc/haproxy/haproxy.cfg';
const FOLDER = '/etc/haproxy/conf.d';
const BASE =
  'global\n    maxconn 10\ndefaults\n    mode http\n    timeout connect 1s\n    timeout client 5s\n    timeout server 5s\n';
const WEB = 'frontend web\n    bind 127.0.0.1:80\n    default_backend app\n';
const APP = 'backend app\n    server one 127.0.0.1:3000\n';

/** The main file, then those of the folder in HAProxy's order; and whether it starts. */
const CASES: readonly (readonly [string, string, Readonly<Record<string, string>>, boolean])[] = [
  ['sections in several files', BASE, { '10.cfg': WEB, '20.cfg': APP }, true],
  ['a back end before its frontend', BASE, { '10.cfg': APP, '20.cfg': WEB }, true],
  ['a back end that is in no file', BASE, { '10.cfg': WEB }, false],
  [
    'a default back end of `defaults` that is in no file',
    `${BASE}    default_backend gone\n`,
    { '10.cfg': 'frontend web\n    bind 127.0.0.1:80\n' },
    false,
  ],
  ['two back ends of one name', BASE + WEB + APP, { '10.cfg': APP }, false],
  [
    '`defaults` by name',
    BASE.replace('defaults', 'defaults base'),
    { '10.cfg': WEB.replace('web', 'web from base'), '20.cfg': APP },
    true,
  ],
  [
    '`defaults` by a name that comes later',
    BASE,
    { '10.cfg': WEB.replace('web', 'web from late'), '20.cfg': `${APP}defaults late\n    mode http\n` },
    false,
  ],
  ['lines that go on in the next file', BASE, { '10.cfg': WEB, '20.cfg': `    maxconn 5\n${APP}` }, false],
  ['a block that goes on in the next file', `${BASE}.if 1\n`, { '10.cfg': WEB + APP, '20.cfg': '.endif\n' }, false],
  ['a file that is cut off', BASE, { '10.cfg': WEB, '20.cfg': APP.trimEnd() }, false],
];

function onEach(generation: Generation): void {
  it.each(CASES)('%s', (_, main, folder, starts) =>
    onGeneration(generation, async () => {
      const files = {
        [MAIN]: main,
        ...Object.fromEntries(Object.entries(folder).map(([name, text]) => [`${FOLDER}/${name}`, text])),
      };
      const hidden = {
        [`${FOLDER}/.hidden.cfg`]: 'nonsense\n',
        [`${FOLDER}/readme.txt`]: 'nonsense\n',
        [`${FOLDER}/more/x.cfg`]: 'nonsense\n',
      };
      const verdict = await haproxyCheck({ files: { ...files, ...hidden }, together: [MAIN, FOLDER] });
      expect(verdict.ok, verdict.output).toBe(starts);
      const { model } = load(main, { root: MAIN, files, together: Object.keys(files) });
      expect(model.problems.filter(({ severity }) => severity === undefined).length > 0, 'wsslint').toBe(!starts);
    }),
  );

  it('TLS settings of `global` count for `bind` lines behind them only', () =>
    onGeneration(generation, async () => {
      const { bundle } = await (await sharedAuthority()).issue({ names: ['site.example'] });
      const tls = WEB.replace(':80', ':443 ssl crt /etc/site.pem') + APP;
      const shared = 'global\n    ssl-default-bind-options ssl-max-ver TLSv1.2\n';
      for (const [first, second, versions] of [
        [shared + BASE, tls, ['TLSv1.2']],
        [BASE + tls, shared, ['TLSv1.2', 'TLSv1.3']],
      ] as const) {
        const files = { [MAIN]: first, [`${FOLDER}/10.cfg`]: second };
        const target = { haproxy: await haproxyVersion(), openssl: '3.0' };
        const { model } = load(first, { root: MAIN, files, together: Object.keys(files), target });
        expect(model.sites.map(({ endpoint }) => endpoint?.versions)).toMatchObject([{ known: true, value: versions }]);
        const { keep, stopAll } = keeper();
        try {
          const server = await keep(
            startHaproxy({ files: { ...files, '/etc/site.pem': bundle }, together: [MAIN, FOLDER] }),
          );
          expect([...(await tlsScan({ port: server.port('127.0.0.1:443') }))]).toEqual(versions);
        } finally {
          await stopAll();
        }
      }
    }));
}

describeWith('haproxy', 'the installed HAProxy', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
