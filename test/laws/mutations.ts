/** Owns the ways in which an example may be written without another meaning, and those that put it into other surroundings. */
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';
import type { Directive } from '../../server/src/languages/nginx/syntax/tree.ts';
import { applyEdits, type TextEdit } from '../../server/src/text/edits.ts';
import type { Texts } from '../rules/harness.ts';

/** Another form of the same files; undefined where it does not apply to them. */
export interface Mutation {
  readonly name: string;
  apply(texts: Texts): Texts | undefined;
}

const isApache = (path: string, text: string) =>
  /^\/etc\/apache2\/.*\.conf$/.test(path) && !text.includes('-----BEGIN ');
const isStunnel = (path: string, text: string) =>
  /^\/etc\/stunnel\/.*\.conf$/.test(path) && !text.includes('-----BEGIN ');
const isNginx = (path: string, text: string) =>
  /\.conf$/.test(path) && !/^\/etc\/(apache2|stunnel)\//.test(path) && !text.includes('-----BEGIN ');
const isHaproxy = (path: string) => /\.cfg$/.test(path);
const isCaddy = (path: string) => /(^|\/)Caddyfile$/.test(path);
const isConfiguration = (path: string, text: string) =>
  isNginx(path, text) || isHaproxy(path) || isApache(path, text) || isStunnel(path, text) || isCaddy(path);
/** Apache and stunnel take comments on lines of their own only. */
const takesComments = (path: string, text: string) => isNginx(path, text) || isHaproxy(path) || isCaddy(path);

function perFile(
  name: string,
  applies: (path: string, text: string) => boolean,
  change: (text: string) => string | undefined,
): Mutation {
  return {
    name,
    apply(texts) {
      const out = new Map(texts);
      for (const [path, text] of texts) {
        if (!applies(path, text)) continue;
        const changed = change(text);
        if (changed === undefined) return undefined;
        out.set(path, changed);
      }
      return out;
    },
  };
}

/** Only the look changes. CRLF comes last, because the others look for line feeds. */
export const LAYOUTS: readonly Mutation[] = [
  perFile('tabs', isConfiguration, (text) => text.replace(/^( {4})+/gm, (run) => '\t'.repeat(run.length / 4))),
  perFile('two spaces', isConfiguration, (text) => text.replace(/^( {4})+/gm, (run) => run.slice(run.length / 2))),
  perFile('comments at line ends', takesComments, (text) =>
    text.replace(/^(?!.*#)(.*\S.*)$/gm, (line) => `${line} # é; {`),
  ),
  perFile('comments and blank lines between', isConfiguration, (text) =>
    text.includes('wsslint-ignore') ? undefined : text.replace(/^([ \t]*)(?=[^\s#])/gm, '\n$1# a } note\n$1'),
  ),
  perFile('no line end at the end', isNginx, (text) => text.replace(/\n$/, '')),
  perFile('CRLF', isConfiguration, (text) => text.replaceAll('\n', '\r\n')),
];

/** Everything on one line; a comment would take the rest of the line along. */
export const ONE_LINE: Mutation = perFile('one line', isNginx, (text) =>
  text.includes('#') ? undefined : `${text.trim().replace(/\s*\n\s*/g, ' ')}\n`,
);

const OTHER_SERVER = `server {
        listen 8081;
        server_name other.example;
        location / {
            proxy_pass http://127.0.0.1:3001;
            proxy_set_header X-Other yes;
        }
    }`;
const OTHER_PROXY =
  '\nlisten other\n    mode http\n    bind :8081\n    timeout client 10s\n    server other 127.0.0.1:3001\n';

const OTHER_HOST =
  '\n<VirtualHost *:8081>\n    ServerName other.example\n    ProxyPass / http://127.0.0.1:3001/\n</VirtualHost>\n';

const OTHER_SERVICE = '\n[other]\nclient = yes\naccept = 127.0.0.1:8081\nconnect = 127.0.0.1:3001\n';

const OTHER_SITE = '\nhttp://other.example:8081 {\n    reverse_proxy 127.0.0.1:3001\n}\n';

/** Other surroundings of what the example is about. */
export const SURROUNDINGS: readonly Mutation[] = [
  {
    name: 'another service of stunnel',
    apply(texts) {
      if (![...texts].some(([path, text]) => isStunnel(path, text))) return undefined;
      return new Map([...texts].map(([path, text]) => [path, isStunnel(path, text) ? text + OTHER_SERVICE : text]));
    },
  },
  { name: 'a server in an included file', apply: (texts) => moved(texts, 'server', 'conf.d/zz-moved.conf') },
  { name: "a location's lines in an included file", apply: (texts) => movedBody(texts, 'snippets/zz-body.conf') },
  atStart('headers in http', 'http', 'proxy_set_header X-Forwarded-Proto $scheme;\n    proxy_set_header Host $host;'),
  atStart('headers in server', 'server', 'proxy_set_header X-Real-IP $remote_addr;'),
  atStart('HTTP/1.0 written in http', 'http', 'proxy_http_version 1.0;'),
  atStart('another server', 'http', OTHER_SERVER),
  atStart('old protocols in http', 'http', 'ssl_protocols TLSv1.1 TLSv1.2;'),
  atStart('the usual map, with another name', 'http', "map $http_upgrade $upgrading { default upgrade; '' ''; }"),
  atStart('another WebSocket', 'server', 'location /cable { proxy_pass http://127.0.0.1:3002; }'),
  atStart('a header in the location', 'location', 'proxy_set_header X-Request-ID $request_id;'),
  atStart('a location in the location', 'location', 'location /ws/more/ { proxy_pass http://127.0.0.1:3003; }'),
  atStart('a condition', 'location', 'if ($http_x_old) { proxy_pass http://127.0.0.1:3004; }'),
  {
    name: 'another host of Apache',
    apply(texts) {
      if (![...texts].some(([path, text]) => isApache(path, text))) return undefined;
      return new Map(
        [...texts].map(([path, text]) => [path, path.endsWith('/apache2.conf') ? text + OTHER_HOST : text]),
      );
    },
  },
  {
    name: 'another site of Caddy',
    apply(texts) {
      if (![...texts.keys()].some(isCaddy)) return undefined;
      return new Map([...texts].map(([path, text]) => [path, isCaddy(path) ? text + OTHER_SITE : text]));
    },
  },
  {
    name: 'another proxy of HAProxy',
    apply(texts) {
      if (![...texts.keys()].some(isHaproxy)) return undefined;
      return new Map([...texts].map(([path, text]) => [path, isHaproxy(path) ? text + OTHER_PROXY : text]));
    },
  },
];

function findBlock(items: readonly Directive[], name: string): Directive | undefined {
  for (const item of items) {
    if (item.block === undefined) continue;
    if (item.name.value === name && item.block.close !== undefined) return item;
    const inner = findBlock(item.block.items, name);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The first block of a name in the main file; undefined where there is none, or where the file has faults of its own. */
function mainBlock(texts: Texts, name: string) {
  for (const [path, text] of texts) {
    const tree = path.endsWith('/nginx.conf') ? parse(text) : undefined;
    const directive = tree === undefined || tree.problems.length > 0 ? undefined : findBlock(tree.items, name);
    if (directive?.block !== undefined) return { path, text, directive, block: directive.block };
  }
  return undefined;
}

function edited(texts: Texts, path: string, edit: TextEdit): Map<string, string> {
  return new Map(texts).set(path, applyEdits(texts.get(path) ?? '', [edit]));
}

function atStart(name: string, block: string, lines: string): Mutation {
  return {
    name,
    apply(texts) {
      const found = mainBlock(texts, block);
      if (found === undefined) return undefined;
      const at = found.block.open.end;
      return edited(texts, found.path, { span: { start: at, end: at }, newText: `\n    ${lines}` });
    },
  };
}

const beside = (path: string, name: string) => path.replace(/nginx\.conf$/, name);

/** Moves a block of `http` into a file that an `include` brings in. */
function moved(texts: Texts, name: string, file: string): Texts | undefined {
  const found = mainBlock(texts, name);
  if (found === undefined || mainBlock(texts, 'http') === undefined) return undefined;
  const { path, text, directive } = found;
  const out = edited(texts, path, { span: directive.span, newText: `include ${file};` });
  return out.set(beside(path, file), `${text.slice(directive.span.start, directive.span.end)}\n`);
}

/** Moves the inside of the first location into a file that an `include` brings in. */
function movedBody(texts: Texts, file: string): Texts | undefined {
  const found = mainBlock(texts, 'location');
  const [first, last] = [found?.block.items[0], found?.block.items.at(-1)];
  if (found === undefined || first === undefined || last === undefined) return undefined;
  const span = { start: first.span.start, end: last.span.end };
  const out = edited(texts, found.path, { span, newText: `include ${file};` });
  return out.set(beside(found.path, file), `${found.text.slice(span.start, span.end)}\n`);
}
