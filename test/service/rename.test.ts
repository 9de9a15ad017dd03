/** Owns the proof that a rename changes all places of a name and nothing else, and what it refuses. */
import { afterAll, describe, expect, it } from 'vitest';
import { renamableAt, rename } from '../../server/src/service/rename.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { itWith } from '../kit/required.ts';
import { nginxSays } from '../nginx-syntax/real-nginx.ts';
import { bench, MARK } from './kit.ts';

/** The texts after a rename at the mark, or why it is refused. */
function renamed(texts: Readonly<Record<string, string>>, newName: string): Record<string, string> | string {
  const { engine, file, offset, after, files } = bench(texts);
  const result = rename(engine, file, offset, newName);
  return result.ok ? Object.fromEntries(files.map((id) => [id, after(result.files, id)])) : result.why;
}

const ROOT = `events {}
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        ''      close;
    }
    geo $near { default 0; 10.0.0.0/8 1; }
    split_clients $remote_addr $half { 50% a; * b; }
    include site.conf;
}
`;
const SITE = `upstream chat { server 127.0.0.1:1; }
upstream other { server 127.0.0.1:2; }
server {
    set $target http://Chat;
    location / {
        proxy_pass http://chat/x$connection_upgrade;
        proxy_set_header Connection "\${connection_upgrade}-$Connection_Upgrade";
        add_header X "$near $half $connection_upgrade_not";
    }
    location /t { proxy_pass $target; set $connection_upgrade_not chat; }
    location /e { proxy_pass https://elsewhere.example; }
}
`;
const texts = (site: string, root = ROOT) => ({ '/w/nginx.conf': root, '/w/site.conf': site });
const variable = texts(SITE, ROOT.replace('$connection_upgrade', `$connection${MARK}_upgrade`));
const upstream = texts(SITE.replace('http://chat', `http://ch${MARK}at`));

describe('a rename', () => {
  it('of a variable changes it in all files, in strings and whatever its case', () => {
    const { '/w/nginx.conf': root, '/w/site.conf': site } = renamed(variable, 'ws') as Record<string, string>;
    expect(root).toBe(ROOT.replace('$connection_upgrade', '$ws'));
    expect(site).toBe(
      SITE.replace('x$connection_upgrade;', 'x$ws;').replace(
        '"${connection_upgrade}-$Connection_Upgrade"',
        '"${ws}-$ws"',
      ),
    );
    expect(renamed(variable, '$ws')).toEqual(renamed(variable, 'ws'));
    expect(renamed(variable, '${ws}')).toEqual(renamed(variable, 'ws'));
  });

  it('of an upstream changes its block, what passes to it, and the values that name it', () => {
    const { '/w/nginx.conf': root, '/w/site.conf': site } = renamed(upstream, 'talk') as Record<string, string>;
    expect(root).toBe(ROOT);
    expect(site).toBe(
      SITE.replace('upstream chat', 'upstream talk')
        .replace('http://Chat', 'http://talk')
        .replace('//chat/', '//talk/'),
    );
  });

  it.each(['near', 'half', 'target'])('of $%s can be asked for', (name) => {
    const marked = texts(SITE.replace(`$${name}`, `$${name}${MARK}`));
    const { engine, file, offset } = bench(marked);
    expect(renamableAt(engine, file, offset)).toMatchObject({ ok: true, name });
  });

  it('covers what another configuration shares', () => {
    const shared = {
      '/w/a/nginx.conf':
        'http { include ../site.conf; map $x $y { default http://chat; } server { location / { proxy_pass $y; } } }\n',
    };
    const result = renamed({ ...upstream, ...shared }, 'talk') as Record<string, string>;
    expect(result['/w/a/nginx.conf']).toContain('default http://talk;');
    expect(result['/w/site.conf']).toContain('upstream talk');
  });

  it.each([
    ['', 'A variable needs a name'],
    ['a-b', 'letters, digits'],
    ['1st', 'reads `$1` as a group'],
    ['host', 'is a variable of nginx itself'],
    ['HTTP_X', 'is a variable of nginx itself'],
    ['Near', 'There is a `$Near` already'],
  ])('of a variable to "%s" is refused', (name, why) => {
    expect(renamed(variable, name)).toContain(why);
  });

  it.each([
    ['', 'needs a name'],
    ['a b', 'cannot be the host'],
    ['a:80', 'cannot be the host'],
    ['unix:/x', 'cannot be the host'],
    ['Other', 'is used already'],
    ['elsewhere.example', 'is used already'],
  ])('of an upstream to "%s" is refused', (name, why) => {
    expect(renamed(upstream, name)).toContain(why);
  });

  it('of a named location stays in its server', () => {
    const down = (name: string) =>
      `error_page 502 = @${name}; try_files $uri @${name}; location @${name} { return 503; }`;
    const other = 'server { error_page 502 = @down; location @down { return 502; } }';
    const text = (name: string) => `http { server { ${down(name)} location @other { return 500; } } ${other} }\n`;
    const marked = { '/w/nginx.conf': text('down').replace('= @down', `= @do${MARK}wn`) };
    expect(renamed(marked, '@off')).toEqual({ '/w/nginx.conf': text('off') });
    expect(renamed(marked, 'other')).toContain('The server has a `@other` already');
    expect(renamed(marked, 'a b')).toContain('no name that nginx reads');
    expect(renamed(marked, '@')).toContain('needs a name');
  });

  it.each([
    ['map $http_│upgrade $x { default 1; }', '`$http_upgrade` is a variable of nginx itself'],
    ['server { set $limit_rate│ 1k; }', '`$limit_rate` is a variable of nginx itself'],
    ['server { return 200 $else│where; }', 'Nothing that can be seen defines `$elsewhere`'],
    ['server { lis│ten 80; }', 'Nothing here has a name'],
    ['upstream "a\\"b│" { server 127.0.0.1:1; }', 'written with escapes'],
  ])('of what cannot be renamed says why: %s', (line, why) => {
    expect(renamed({ '/w/nginx.conf': `http { ${line} }\n` }, 'new_name')).toContain(why);
  });
});

describe('names that nginx', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const whole = ROOT.replace('include site.conf;', () =>
    SITE.replace('set $connection_upgrade_not chat;', '')
      .replace(' $connection_upgrade_not', '')
      .replace('https://elsewhere.example', 'https://127.0.0.2'),
  );
  const bySign = (part: string) => ({ '/w/nginx.conf': whole.replace(part, part + MARK) });
  const cases: readonly (readonly [string, string])[] = [
    ...['ws', '_x', '0abc', 'WS_2', 'half_'].map((name) => ['$connection_upgrade', name] as const),
    ...['talk', 'a_b', 'a.b', '10.0.0.1', 'A-1'].map((name) => ['upstream chat', name] as const),
  ];
  itWith('nginx', 'takes are those that it is given', () => {
    expect(nginxSays(folder, whole)).toBeUndefined();
    for (const [part, name] of cases) {
      const result = renamed(bySign(part), name) as Record<string, string>;
      expect(result['/w/nginx.conf'], name).not.toBe(whole);
      expect(nginxSays(folder, result['/w/nginx.conf'] ?? String(result)), name).toBeUndefined();
    }
  });

  itWith('nginx', 'refuses are refused before', () => {
    const refused = [
      ['$connection_upgrade', 'request_time'],
      ['$connection_upgrade', 'a-b'],
      ['upstream chat', 'a b'],
      ['upstream chat', 'other'],
    ] as const;
    for (const [part, name] of refused) {
      const written = part.startsWith('$') ? `$${name}` : `upstream ${name}`;
      const all = part.startsWith('$')
        ? whole.replaceAll(/\$\{?connection_upgrade\}?/gi, written)
        : whole.replaceAll(/chat/gi, name);
      expect(nginxSays(folder, all), name).toBeDefined();
      expect(typeof renamed(bySign(part), name), name).toBe('string');
    }
  });
});
