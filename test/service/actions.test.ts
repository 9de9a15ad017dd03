/** Owns the proof that actions do what their titles say, alone and all together. */
import { describe, expect, it } from 'vitest';
import { actionEdits, actionsAt, fixAllAction, refactorActions } from '../../server/src/service/actions.ts';
import { type Bench, bench } from './kit.ts';

const SITE = `server {
    listen 80;
    location /ws/ {
        proxy_pass http://│app;
        proxy_http_version 1.1;
    }
}
`;
const ROOT = `events {}
http {
    upstream app { server 127.0.0.1:1; }
    include conf.d/*.conf;
}
`;
const project = { '/w/nginx.conf': ROOT, '/w/conf.d/site.conf': SITE };

function at({ engine, run, file, offset }: Bench) {
  return actionsAt(engine, run, file, { start: offset, end: offset });
}

function edits(made: Bench, title: RegExp) {
  const action = at(made).find((one) => title.test(one.title));
  if (action === undefined) throw new Error(`no action ${title} among ${at(made).map((one) => one.title)}`);
  return actionEdits(made.engine, made.run, made.files, made.file, action.ref);
}

describe('actions at a finding', () => {
  it('the best safe fix is preferred, one for each finding, and suppression comes last', () => {
    const actions = at(bench(project));
    const dropped = actions.filter(({ finding }) => finding?.rule === 'websocket-upgrade-dropped');
    expect(dropped.map(({ title, preferred }) => [title, preferred])).toEqual([
      ['Forward the upgrade', true],
      ['Forward the upgrade to `websocket`, and to no other protocol', false],
      ['Ignore websocket-upgrade-dropped here…', false],
    ]);
  });

  it('of several findings at one place, fixes come before suppressions, whichever finding they are for', () => {
    const conf = `events {}\nhttp {\n  # nginx-version: 1.26.3\n  server { │listen 443 ssl http2; server_name a.example;
    ssl_certificate a.pem; ssl_certificate_key a.key; }\n  server { listen 443 ssl; server_name b.example;
    ssl_certificate a.pem; ssl_certificate_key a.key; }\n}\n`;
    const made = bench({ '/w/nginx.conf': conf });
    const all = actionsAt(made.engine, made.run, made.file, { start: made.offset, end: made.offset + 20 });
    expect(new Set(all.map(({ finding }) => finding?.rule)).size).toBeGreaterThan(1);
    const kinds = all.map(({ ref }) => ref.kind);
    expect(kinds).toEqual([...kinds].sort());
  });

  it('are none where nothing is found', () => {
    expect(
      at(bench({ ...project, '/w/conf.d/site.conf': SITE.replace('│', '').replace('server {', 'ser│ver {') })),
    ).toEqual([]);
  });

  it('a fix edits all files that it needs', () => {
    const made = bench(project);
    const chosen = edits(made, /Forward the upgrade/);
    const fixed = {
      '/w/nginx.conf': made.after(chosen?.files ?? [], '/w/nginx.conf'),
      '/w/conf.d/site.conf': made.after(chosen?.files ?? []),
    };
    expect(fixed['/w/nginx.conf']).toContain('map $http_upgrade $connection_upgrade');
    expect(fixed['/w/conf.d/site.conf']).toContain('proxy_set_header Upgrade $http_upgrade;');
    expect(bench(fixed).run.findings.map(({ rule }) => rule)).not.toContain('websocket-upgrade-dropped');
  });

  it('an action whose finding is gone has no edit', () => {
    const made = bench(project);
    const ref = {
      kind: 'fix',
      rule: 'websocket-upgrade-dropped',
      span: { start: 0, end: 1 },
      title: 'Forward the upgrade',
    };
    expect(actionEdits(made.engine, made.run, made.files, made.file, { ...ref, kind: 'fix' })).toBeUndefined();
  });
});

describe('suppression', () => {
  it('is a comment above, indented as its line, and quiets the finding', () => {
    const made = bench(project);
    const chosen = edits(made, /Ignore websocket-upgrade-dropped/);
    const text = made.after(chosen?.files ?? []);
    expect(text).toContain('\n        # wsslint-ignore websocket-upgrade-dropped: why\n        proxy_pass http://app;');
    expect(chosen?.placeholder).toBe('why');
    const after = bench({ ...project, '/w/conf.d/site.conf': text });
    expect(after.run.findings.map(({ rule }) => rule)).toEqual(
      made.run.findings.map(({ rule }) => rule).filter((rule) => rule !== 'websocket-upgrade-dropped'),
    );
  });

  it('keeps CRLF', () => {
    const made = bench({ ...project, '/w/conf.d/site.conf': SITE.replaceAll('\n', '\r\n') });
    expect(made.after(edits(made, /Ignore websocket-upgrade-dropped/)?.files ?? [])).toContain(
      'why\r\n        proxy_pass',
    );
  });

  it('of a second finding on the line leaves the first suppression in force', () => {
    const encrypted = SITE.replace('http://│app', 'https://│10.0.0.9');
    const marked = (text: string) => text.replace('https://10', 'https://│10');
    const once = bench({ ...project, '/w/conf.d/site.conf': encrypted });
    const text = once.after(edits(once, /Ignore websocket-upgrade-dropped/)?.files ?? []);
    const twice = bench({ ...project, '/w/conf.d/site.conf': marked(text) });
    const rest = at(twice).filter(({ ref }) => ref.kind === 'suppress');
    expect(rest.length).toBeGreaterThan(0);
    let fixed = text;
    for (const { ref } of rest) {
      const now = bench({ ...project, '/w/conf.d/site.conf': marked(fixed) });
      const found = at(now).find(
        (one) => one.ref.kind === 'suppress' && ref.kind === 'suppress' && one.ref.rule === ref.rule,
      );
      if (found === undefined) throw new Error('the finding is gone');
      fixed = now.after(actionEdits(now.engine, now.run, now.files, now.file, found.ref)?.files ?? []);
    }
    expect(bench({ ...project, '/w/conf.d/site.conf': fixed }).run.findings).toEqual([]);
  });

  it('stands behind the line where a line above would be inside a string', () => {
    const text =
      'events {}\nhttp { server { listen 80; add_header X "a\nb"; location /ws { proxy_pass http://│127.0.0.1:1; } } }\n';
    const made = bench({ '/w/nginx.conf': text });
    const chosen = edits(made, /Ignore websocket-upgrade-dropped/);
    expect(made.after(chosen?.files ?? [])).toMatch(/} } } # wsslint-ignore websocket-upgrade-dropped: why\n$/);
  });

  it('leaves the engine as it was', () => {
    const made = bench(project);
    edits(made, /Ignore websocket-upgrade-dropped/);
    expect(made.engine.files.isOpen(made.file)).toBe(false);
    expect(made.engine.run(made.files).findings).toEqual(made.run.findings);
  });
});

describe('fix all', () => {
  const two = SITE.replace('│', '').replace(
    '    location /ws/',
    '    location /chat/ {\n        proxy_pass http://app/;\n        proxy_set_header Upgrade $http_upgrade;\n    }\n    location /ws/',
  );

  it('takes away every finding of the file that has a safe fix, also where fixes touch each other', () => {
    const made = bench({ ...project, '/w/conf.d/site.conf': two });
    const before = made.run.findings.filter(({ fixes }) => fixes.some(({ safety }) => safety === 'safe'));
    expect(before.length).toBeGreaterThan(1);
    const chosen = actionEdits(made.engine, made.run, made.files, '/w/conf.d/site.conf', { kind: 'fix-all' });
    const fixed = {
      '/w/nginx.conf': made.after(chosen?.files ?? [], '/w/nginx.conf'),
      '/w/conf.d/site.conf': made.after(chosen?.files ?? [], '/w/conf.d/site.conf'),
    };
    expect(fixed['/w/nginx.conf'].match(/map \$http_upgrade/g)).toHaveLength(1);
    const after = bench(fixed);
    expect(fixAllAction(after.run, '/w/conf.d/site.conf')).toBeUndefined();
    expect(made.engine.run(made.files).findings).toEqual(made.run.findings);
  });

  it('is offered only where there is something to fix', () => {
    const made = bench(project);
    expect(fixAllAction(made.run, '/w/conf.d/site.conf')).toMatchObject({ ref: { kind: 'fix-all' } });
    expect(fixAllAction(made.run, '/w/nginx.conf')).toBeUndefined();
  });
});

describe('a refactoring', () => {
  const HTTP = (line: string) =>
    `http {\n    server {\n        location /ws {\n            proxy_pass http://app;\n            proxy_http_version 1.1;\n            ${line}\n            proxy_set_header Connection upgrade;\n        }\n    }\n}\n`;
  const offered = ({ engine, run, file, offset }: Bench) =>
    refactorActions(engine, run, file, { start: offset, end: offset });

  it('lets only WebSocket through where any protocol passes, though nothing is reported', () => {
    const made = bench({ '/w/nginx.conf': HTTP('proxy_set_header Up│grade $http_upgrade;') });
    const [action, ...more] = offered(made);
    if (action === undefined) throw new Error('nothing is offered');
    expect(more).toEqual([]);
    const edits = actionEdits(made.engine, made.run, made.files, made.file, action.ref);
    const text = made.after(edits?.files ?? []);
    expect(text).toContain('map $http_upgrade $websocket_upgrade {');
    expect(text).toContain('proxy_set_header Upgrade $websocket_upgrade;');
    expect(offered(bench({ '/w/nginx.conf': text.replace('Upgrade $websocket', '│Upgrade $websocket') }))).toEqual([]);
  });

  it('is not offered elsewhere, nor where the rule offers it', () => {
    expect(offered(bench({ '/w/nginx.conf': HTTP('proxy_set_header Upgrade $http_upgrade;│\n') }))).toHaveLength(0);
    expect(
      offered(
        bench({
          '/w/nginx.conf': HTTP('proxy_set_header Up│grade $http_upgrade;'),
          '/w/wsslint.json': '{ "rules": { "websocket-any-upgrade": "info" } }',
        }),
      ),
    ).toEqual([]);
  });
});
