/** Owns findings that need several configurations: how chains of proxies are followed, and when they are looked at again. */
import { expect, it } from 'vitest';
import { createEngine } from '../../server/src/analysis/engine.ts';
import { createSettingsFinder } from '../../server/src/config/find.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import { memoryHost, USUAL_NOW } from '../kit/memory-host.ts';
import { lintTexts } from './harness.ts';

const RULE = 'websocket-chain-idle-timeout';
const HEADERS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;';

const nginx = (listen: string, to: string, more = '', outside = '') =>
  `events {}\nhttp { ${outside} server { listen ${listen};\nlocation /ws/ { proxy_pass http://${to}; ${HEADERS} ${more} } } }\n`;
const haproxy = (bind: string, server: string, tunnel: string) =>
  `defaults\n    mode http\n    timeout connect 5s\n    timeout client 20s\n    timeout server 20s\n    ${tunnel}\nlisten app\n    bind ${bind}\n    server app ${server}\n`;

/** Messages of the rule by file, cut to what differs. */
function found(files: Record<string, string>): Record<string, string> {
  const { findingsOf } = lintTexts(new Map(Object.entries(files)), { folder: '/', now: USUAL_NOW });
  return Object.fromEntries(
    findingsOf(RULE).map(({ at, message }) => [
      at.file,
      /after [\d.]+ s|`[\w.]+\.(?:conf|cfg)`/g[Symbol.match](message)?.join(' ') ?? message,
    ]),
  );
}

it('follows addresses of other machines wherever the files lie, and local ones on one machine only', () => {
  const front = (to: string) => nginx('80', to, 'proxy_read_timeout 1h;');
  const behind = haproxy('10.0.0.5:8080', '10.0.0.6:3000', '');
  const message = 'after 20 s after 3600 s `b.cfg`';
  expect(found({ '/one/a.conf': front('10.0.0.5:8080'), '/two/b.cfg': behind })).toEqual({ '/one/a.conf': message });
  expect(found({ '/one/a.conf': front('10.0.0.5:8081'), '/two/b.cfg': behind })).toEqual({});
  const local = haproxy('127.0.0.1:8080', '10.0.0.6:3000', '');
  expect(found({ '/one/a.conf': front('127.0.0.1:8080'), '/two/b.cfg': local })).toEqual({});
  expect(found({ '/one/a.conf': front('localhost:8080'), '/one/b.cfg': local })).toEqual({ '/one/a.conf': message });
  const any = haproxy(':8080', '10.0.0.6:3000', '');
  expect(found({ '/m/etc/nginx/a.conf': front('127.0.0.1:8080'), '/m/etc/haproxy/b.cfg': any })).toEqual({
    '/m/etc/nginx/a.conf': message,
  });
  // Which machine has that address is not in the files.
  expect(found({ '/one/a.conf': front('10.0.0.5:8080'), '/one/b.cfg': any })).toEqual({});
  const socket = haproxy('unix@/run/app.sock', '10.0.0.6:3000', '');
  expect(found({ '/one/a.conf': front('unix:/run/app.sock:'), '/one/b.cfg': socket })).toEqual({
    '/one/a.conf': message,
  });
});

it('needs all servers of an upstream to be the other proxy', () => {
  const front = (servers: string) => nginx('80', 'app', 'proxy_read_timeout 1h;', `upstream app { ${servers} }`);
  const behind = haproxy('10.0.0.5:8080', '10.0.0.6:3000', '');
  expect(Object.keys(found({ '/a.conf': front('server 10.0.0.5:8080;'), '/b.cfg': behind }))).toEqual(['/a.conf']);
  expect(found({ '/a.conf': front('server 10.0.0.5:8080; server 10.0.0.7:8080;'), '/b.cfg': behind })).toEqual({});
});

it('names the shortest of three, to each that promises more', () => {
  const files = {
    '/a.conf': nginx('80', '10.0.0.1:81', 'proxy_read_timeout 1h;'),
    '/b.cfg': haproxy('10.0.0.1:81', '10.0.0.2:82', 'timeout tunnel 30m'),
    '/c.conf': nginx('10.0.0.2:82', '10.0.0.3:3000', 'proxy_read_timeout 10m;'),
  };
  expect(found(files)).toEqual({
    '/a.conf': 'after 600 s after 3600 s `c.conf`',
    '/b.cfg': 'after 600 s after 1800 s `c.conf`',
  });
  // A default promises nothing.
  const first = {
    ...files,
    '/c.conf': nginx('10.0.0.2:82', '10.0.0.3:3000'),
    '/a.conf': nginx('80', '10.0.0.1:81', 'proxy_read_timeout 9s;'),
  };
  expect(found(first)).toEqual({ '/b.cfg': 'after 9 s after 1800 s `a.conf`' });
});

it('does not choose between copies, nor leave a configuration that listens there itself', () => {
  const behind = haproxy('10.0.0.5:8080', '10.0.0.6:3000', '');
  const front = nginx('80', '10.0.0.5:8080', 'proxy_read_timeout 1h;');
  expect(found({ '/a.conf': front, '/b.cfg': behind, '/old/b.cfg': behind })).toEqual({});
  const own = 'server { listen 10.0.0.5:8080; location / { proxy_pass http://10.0.0.9; } }';
  expect(found({ '/a.conf': nginx('80', '10.0.0.5:8080', 'proxy_read_timeout 1h;', own), '/b.cfg': behind })).toEqual(
    {},
  );
});

it('is looked at again when another project changes, can be suppressed, and costs a single project nothing', () => {
  const behind = (tunnel: string) => haproxy('10.0.0.5:8080', '10.0.0.6:3000', tunnel);
  const front = nginx('80', '10.0.0.5:8080', 'proxy_read_timeout 1h;');
  const files = createFileStore(memoryHost({ '/a.conf': front, '/b.cfg': behind('') }));
  let looks = 0;
  const rules = RULES.map((rule) =>
    rule.checkAll === undefined
      ? rule
      : {
          ...rule,
          checkAll: (...all: Parameters<typeof rule.checkAll>) => {
            looks++;
            rule.checkAll?.(...all);
          },
        },
  );
  const engine = createEngine({ files, settings: createSettingsFinder(files, RULES), rules, workspaces: () => ['/'] });
  const count = (...paths: string[]) => engine.run(paths).findings.filter(({ rule }) => rule === RULE).length;
  expect([count('/a.conf', '/b.cfg'), looks]).toEqual([1, 1]);
  expect([count('/a.conf', '/b.cfg'), looks]).toEqual([1, 1]);
  engine.edited('/b.cfg', behind('timeout tunnel 2h'));
  // The other one is the shorter now.
  expect(
    engine
      .run(['/a.conf', '/b.cfg'])
      .findings.filter(({ rule }) => rule === RULE)
      .map(({ at }) => at.file),
  ).toEqual(['/b.cfg']);
  engine.edited('/b.cfg', behind('timeout tunnel 1h'));
  expect([count('/a.conf', '/b.cfg'), looks]).toEqual([0, 3]);
  engine.edited('/b.cfg', behind(''));
  engine.edited(
    '/a.conf',
    front.replace('\n', `\n# wsslint-ignore ${RULE}: not on the same way\n`).replace('location', '\nlocation'),
  );
  const suppressed = engine.run(['/a.conf', '/b.cfg']).findings.map(({ rule }) => rule);
  expect(suppressed.filter((rule) => rule === RULE)).toHaveLength(1);
  engine.edited('/a.conf', front.replace('\nlocation', `\n# wsslint-ignore ${RULE}: not on the same way\nlocation`));
  const now = engine.run(['/a.conf', '/b.cfg']).findings.map(({ rule }) => rule);
  expect(now.filter((rule) => rule === RULE || rule === 'suppression-unused')).toEqual([]);
  const before = looks;
  expect([count('/a.conf'), looks]).toEqual([0, before]);
});

it('follows bytes through stunnel, on both sides of a network, to the proxy that knows what they are', () => {
  const files = {
    '/a/etc/nginx/a.conf': nginx('80', '127.0.0.1:9000', 'proxy_read_timeout 2h;'),
    '/a/etc/stunnel/stunnel.conf':
      'client = yes\nTIMEOUTidle = 7200\n[away]\naccept = 127.0.0.1:9000\nconnect = 10.0.0.2:8443\nverifyChain = yes\nCAfile = x.pem\ncheckHost = y\n',
    '/b/etc/stunnel/stunnel.conf':
      'cert = /etc/stunnel/y.pem\n[home]\naccept = 10.0.0.2:8443\nconnect = 8080\nTIMEOUTidle = 600\n',
    '/b/etc/haproxy/b.cfg': haproxy('127.0.0.1:8080', '10.0.0.6:3000', 'timeout tunnel 1h'),
  };
  expect(found(files)).toEqual({
    '/a/etc/nginx/a.conf': 'after 600 s after 7200 s `stunnel.conf`',
    '/a/etc/stunnel/stunnel.conf': 'after 600 s after 7200 s `stunnel.conf`',
    '/b/etc/haproxy/b.cfg': 'after 600 s after 3600 s `stunnel.conf`',
  });
});

it('says nothing of bytes that nobody knows to be WebSockets', () => {
  const files = {
    '/etc/stunnel/a.conf': 'cert = c.pem\n[a]\naccept = 443\nconnect = 127.0.0.1:8443\nTIMEOUTidle = 7200\n',
    '/etc/stunnel/b.conf': 'client = yes\n[b]\naccept = 127.0.0.1:8443\nconnect = 10.0.0.2:443\nTIMEOUTidle = 60\n',
  };
  expect(found(files)).toEqual({});
});

it('puts a limit without its unit right once, where it stands', () => {
  const fixes = (tunnel: string) => {
    const text = haproxy(':80', '10.0.0.6:3000', tunnel).replace('listen app', 'listen ws');
    const { findingsOf } = lintTexts(new Map([['/haproxy.cfg', text]]), { folder: '/', now: USUAL_NOW });
    return ['haproxy-time-unit', 'websocket-idle-timeout-short'].map((rule) =>
      findingsOf(rule).flatMap((finding) => finding.fixes.map(({ title }) => title)),
    );
  };
  expect(fixes('timeout tunnel 3600')).toEqual([['Write `3600s`'], []]);
  expect(fixes('timeout tunnel 50s')).toEqual([[], ['Let silent connections live for an hour']]);
});
