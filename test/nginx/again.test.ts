/** Owns the law of edits: what a project says after any edits is what a fresh reading of the same files says. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEngine } from '../../server/src/analysis/engine.ts';
import type { Engine, Run } from '../../server/src/analysis/engine-types.ts';
import { createSettingsFinder } from '../../server/src/config/find.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import { effectiveText } from '../../server/src/service/effective.ts';
import { CERTIFICATE, PRIVATE_KEY } from '../certificates/samples.ts';
import { memoryHost } from '../kit/memory-host.ts';

const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
const some = (lines: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(lines, { maxLength }).map((all) => all.map((line) => `${line}\n`).join(''));

const location = fc
  .tuple(
    oneOf('/', '/ws/', '= /ws', '~ ^/api', '@named', '/chat'),
    some(
      oneOf(
        'proxy_pass http://chat;',
        'proxy_pass https://api.example.com;',
        'proxy_pass http://127.0.0.1:443;',
        'proxy_set_header Upgrade $http_upgrade;',
        'proxy_set_header Connection $connection_upgrade;',
        'proxy_set_header Connection $mine;',
        'proxy_set_header Early-Data $ssl_early_data;',
        'proxy_set_header X-Client $ssl_client_s_dn;',
        'proxy_set_header Host $host;',
        'proxy_read_timeout 1h;',
        'add_header X-Frame-Options DENY;',
        'return 301 https://$host$request_uri;',
        'include snippets/proxy.conf;',
        'if ($ssl_client_verify != SUCCESS) { return 403; }',
      ),
      5,
    ),
  )
  .map(([path, lines]) => `location ${path} {\n${lines}}`);

const serverLine = oneOf(
  'ssl_protocols TLSv1 TLSv1.2;',
  'ssl_protocols TLSv1.2 TLSv1.3;',
  'ssl_protocols TLSv1.3;',
  'ssl_ciphers ALL;',
  'ssl_early_data on;',
  'ssl_verify_client optional;',
  'ssl_client_certificate certs/a.pem;',
  'add_header Strict-Transport-Security "max-age=100";',
  'set $mine upgrade;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_ssl_verify on;',
  'include snippets/tls.conf;',
  'includ snippets/tls.conf;',
  'ssl_session_cache shared:a:1m',
  '# wsslint-ignore tls-legacy-protocol: old clients',
);
const listen = oneOf(
  'listen 443 ssl;',
  'listen 443;',
  'listen 443 ssl default_server;',
  'listen 8443 ssl http2;',
  'listen 80;',
);
const certificate = oneOf(
  'ssl_certificate certs/a.pem;\nssl_certificate_key certs/a.key;',
  'ssl_certificate certs/gone.pem;\nssl_certificate_key certs/a.key;',
  '',
  'ssl_reject_handshake on;',
);
const names = oneOf('server_name a.example.com;', 'server_name b.example.com *.b.example.com;', '');
const server = fc
  .tuple(listen, names, certificate, some(serverLine, 2), some(location, 2))
  .map((parts) => `server {\n${parts.join('\n')}}`);
const levelLine = oneOf(
  'ssl_protocols TLSv1.1 TLSv1.2;',
  'proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $connection_upgrade;',
  'map $http_upgrade $connection_upgrade { default upgrade; "" close; }',
  'upstream chat { server 127.0.0.1:3000; }',
  'upstream chat { server chat.example.com:443; }',
  'add_header Strict-Transport-Security "max-age=63072000" always;',
  'proxy_read_timeout 30s;',
);
const part = fc.oneof(
  { weight: 12, arbitrary: some(server, 2) },
  { weight: 3, arbitrary: fc.tuple(some(levelLine, 2), some(server, 2)).map(([lines, servers]) => lines + servers) },
);
const rootText = fc
  .tuple(some(levelLine, 3), some(server, 2), fc.boolean(), fc.nat(5))
  .map(([lines, servers, version, twice]) =>
    [
      version ? '# nginx-version: 1.22.1' : '',
      'events {}',
      `http {\n${lines}include conf.d/*.conf;\n${servers}${twice === 0 ? 'include conf.d/a.conf;' : ''}\n}`,
    ].join('\n'),
  );
const text: Readonly<Record<string, fc.Arbitrary<string>>> = {
  '/w/nginx.conf': rootText,
  '/w/conf.d/a.conf': part,
  '/w/conf.d/b.conf': part,
  '/w/conf.d/c.conf': part,
  '/w/snippets/proxy.conf': some(
    oneOf(
      'proxy_set_header Upgrade $http_upgrade;',
      'proxy_set_header Connection "upgrade";',
      'proxy_pass http://chat;',
    ),
    3,
  ),
  '/w/snippets/tls.conf': some(serverLine, 3),
  '/w/certs/a.pem': oneOf(CERTIFICATE, PRIVATE_KEY, ''),
  '/w/certs/a.key': oneOf(PRIVATE_KEY, CERTIFICATE),
  '/w/certs/gone.pem': oneOf(CERTIFICATE),
};
const edit = fc.oneof(
  ...Object.entries(text).map(([path, texts]) => ({
    weight: path.startsWith('/w/conf.d/') ? 8 : 1,
    arbitrary: fc.record({
      path: fc.constant(path),
      text: fc.option(texts, { nil: undefined, freq: path === '/w/nginx.conf' ? 1000 : 12 }),
      open: fc.boolean(),
    }),
  })),
);

function engineOver(files: ReadonlyMap<string, string>): Engine {
  const store = createFileStore(memoryHost(files));
  return createEngine({
    files: store,
    settings: createSettingsFinder(store, RULES),
    rules: RULES,
    isKept: true,
    workspaces: () => ['/w'],
  });
}

/** All that somebody could see of a run. */
function visible({ projects, findings }: Run) {
  return {
    findings: findings.map(({ rule, severity, message, at, related, fixes }) => ({
      rule,
      severity,
      message,
      at,
      related,
      fixes,
    })),
    projects: projects.map((report) => ({
      root: report.project.root,
      text: effectiveText(report, report.project.root, undefined),
      unseen: report.project.model.unseen,
      files: report.project.files.map(({ id }) => id),
      dependsOn: [...report.project.dependencies.files].sort(),
      misses: [...report.project.dependencies.missing].sort(),
    })),
  };
}

it('holds for any edits of configurations, parts, certificates and what comes and goes on disk', () => {
  const files = Object.fromEntries(Object.entries(text).map(([path, texts]) => [path, fc.option(texts, { freq: 6 })]));
  fc.assert(
    fc.property(fc.record(files), fc.array(edit, { minLength: 1, maxLength: 6 }), (first, edits) => {
      const onDisk = new Map<string, string>();
      for (const [path, content] of Object.entries(first)) if (content !== null) onDisk.set(path, content);
      const open = new Map<string, string>();
      const kept = engineOver(onDisk);
      const run = (engine: Engine): Run => engine.run([...new Set([...onDisk.keys(), ...open.keys()])].sort());
      run(kept);
      for (const { path, text: content, open: inEditor } of edits) {
        if (inEditor) {
          if (content === undefined) open.delete(path);
          else open.set(path, content);
          kept.edited(path, content);
        } else {
          if (content === undefined) onDisk.delete(path);
          else onDisk.set(path, content);
          kept.changed(path);
        }
        const fresh = engineOver(onDisk);
        for (const [file, unsaved] of open) fresh.edited(file, unsaved);
        expect(visible(run(kept))).toEqual(visible(run(fresh)));
      }
    }),
    { numRuns: Number(process.env.WSSLINT_EDITS ?? 200) },
  );
});

/** What a server that is not edited gets from others; `after` takes the place of `before` in the other file. */
const FROM_OTHERS: readonly (readonly [what: string, before: string, after: string, server: string])[] = [
  [
    'a level line of another file',
    'proxy_read_timeout 1h;',
    'proxy_read_timeout 30s;',
    'location /ws/ { proxy_pass http://b; }',
  ],
  [
    'a variable that another server sets',
    'server { listen 81; set $mine upgrade; }',
    'server { listen 81; }',
    'location /ws/ { proxy_pass http://b; proxy_set_header Upgrade $mine; }',
  ],
  [
    'the versions of the default server of its socket',
    'server { listen 443 ssl; ssl_certificate certs/a.pem; ssl_certificate_key certs/a.key; ssl_protocols TLSv1.2; }',
    'server { listen 443 ssl; ssl_certificate certs/a.pem; ssl_certificate_key certs/a.key; ssl_protocols TLSv1.3; }',
    'ssl_certificate certs/a.pem; ssl_certificate_key certs/a.key;',
  ],
  [
    'the certificate of the default server of its socket',
    'server { listen 443 ssl; ssl_certificate certs/a.pem; ssl_certificate_key certs/a.key; }',
    'server { listen 443 ssl; }',
    '',
  ],
  ['the `ssl` of another server on its socket', 'server { listen 443 ssl; }', 'server { listen 443; }', 'root /srv;'],
  [
    'who is the default server of its socket',
    'server { listen 443 ssl; server_name z.example.com; }',
    'server { listen 8443 ssl; server_name z.example.com; }',
    'ssl_certificate certs/a.pem; ssl_certificate_key certs/a.key;',
  ],
  [
    'an upstream of another file',
    'upstream b { server 127.0.0.1:80; }',
    'upstream b { server 127.0.0.1:443; }',
    'location / { proxy_pass http://b; }',
  ],
  [
    'a client certificate that another route tells the back end',
    'server { server_name a.example.com; location / { proxy_pass http://b; proxy_set_header X-Client $ssl_client_s_dn; } }',
    'server { server_name a.example.com; location / { proxy_pass http://b; } }',
    'location / { proxy_pass http://b; }',
  ],
  [
    'routes to which the headers of a level come through',
    'proxy_set_header Upgrade $http_upgrade; server { listen 81; location / { proxy_pass http://b; } }',
    'proxy_set_header Upgrade $http_upgrade; server { listen 81; location / { proxy_pass http://b; proxy_set_header A b; } }',
    'location / { proxy_pass http://b; proxy_set_header A b; }',
  ],
];

it.each(FROM_OTHERS)('holds for %s', (_, before, after, server) => {
  const onDisk = new Map([
    ['/w/nginx.conf', '# nginx-version: 1.26.3\nevents {}\nhttp {\ninclude conf.d/*.conf;\n}\n'],
    ['/w/conf.d/a.conf', before],
    ['/w/conf.d/b.conf', `server { listen 443; server_name a.example.com; ${server} }`],
    ['/w/certs/a.pem', CERTIFICATE],
    ['/w/certs/a.key', PRIVATE_KEY],
  ]);
  const run = (engine: Engine) => visible(engine.run([...onDisk.keys()].sort()));
  const ofServer = ({ projects: [project] }: ReturnType<typeof visible>) =>
    project?.text.split('\n').filter((line) => !line.includes('a.conf'));
  const kept = engineOver(onDisk);
  const first = run(kept);
  onDisk.set('/w/conf.d/a.conf', after);
  kept.edited('/w/conf.d/a.conf', after);
  const second = run(kept);
  expect(second).toEqual(run(engineOver(onDisk)));
  expect([second.findings, ofServer(second)]).not.toEqual([first.findings, ofServer(first)]);
});

it('holds for a file that comes to be included twice', () => {
  const server = 'server { listen 443 ssl; server_name a.example.com; ssl_certificate certs/a.pem; }';
  const onDisk = new Map([['/w/nginx.conf', 'events {}\nhttp {\ninclude conf.d/*.conf;\ninclude conf.d/a.conf;\n}\n']]);
  const run = (engine: Engine) => visible(engine.run(['/w/conf.d/a.conf', '/w/nginx.conf']));
  const kept = engineOver(onDisk);
  // Only the editor has it, so that the pattern does not find it.
  kept.edited('/w/conf.d/a.conf', server);
  const once = run(kept);
  onDisk.set('/w/conf.d/a.conf', '');
  kept.changed('/w/conf.d/a.conf');
  const twice = run(kept);
  const fresh = engineOver(onDisk);
  fresh.edited('/w/conf.d/a.conf', server);
  expect(twice).toEqual(run(fresh));
  expect(twice).not.toEqual(once);
});
