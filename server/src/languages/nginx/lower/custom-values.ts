/** Owns the values that setters of single modules refuse: statuses, conditions, caches, addresses; by module and directive. */
import { isPlaceholder, NUMBER, TIME } from './plain-values.ts';

export interface Complaint {
  /** The argument that is refused, from 0. */
  readonly at: number;
  /** What is wrong, in nginx's terms, without a full stop. */
  readonly says: string;
}

export type Check = (args: readonly string[]) => Complaint | undefined;

const WHOLE_STATUS = /^\d{1,3}$/;
/** `return` takes an address without a status (ngx_http_rewrite_return). */
const ADDRESS = /^(?:https?:\/\/|\$scheme)/;

function ofReturn([status = '', ...more]: readonly string[]): Complaint | undefined {
  if (WHOLE_STATUS.test(status)) return undefined;
  if (more.length === 0 && ADDRESS.test(status)) return undefined;
  if (isPlaceholder(status)) return undefined;
  const says =
    more.length === 0 && status.startsWith('/')
      ? `\`return\` takes a path only behind a status such as \`302\``
      : `\`return\` takes a status such as \`301\`, or one address that starts with \`http://\`, \`https://\` or \`$scheme\`, not \`${status}\``;
  return { at: 0, says };
}

function ofErrorPage(args: readonly string[]): Complaint | undefined {
  const response = args.length - 2;
  const given = args[response] ?? '';
  const hasResponse = given.startsWith('=');
  if (hasResponse && (response === 0 || !/^=\d*$/.test(given)) && !isPlaceholder(given))
    return {
      at: response,
      says: `\`${given}\` stands between the statuses and the page of \`error_page\`, as in \`=200\``,
    };
  const last = args.length - (hasResponse ? 2 : 1);
  for (let at = 0; at < last; at++) {
    const status = args[at] ?? '';
    if (isPlaceholder(status)) continue;
    if (!NUMBER.test(status) || Number(status) < 300 || Number(status) > 599 || Number(status) === 499)
      return { at, says: `\`error_page\` takes statuses from 300 to 599, and not 499, but here is \`${status}\`` };
  }
  return undefined;
}

const OPERATORS = new Set(['=', '!=', '~', '~*', '!~', '!~*']);

/** As ngx_http_rewrite_if_condition reads it: parentheses, a variable alone or with an operator, or a test for a file. */
function ofIf(args: readonly string[]): Complaint | undefined {
  const wrong = (at: number, says: string): Complaint => ({ at, says });
  const first = args[0] ?? '';
  const end = args.at(-1) ?? '';
  if (!first.startsWith('(')) return wrong(0, 'the condition of `if` stands in parentheses');
  if (!end.endsWith(')')) return wrong(args.length - 1, 'the condition of `if` ends with a parenthesis');
  const words = args.map((text, at) => ({ text, at }));
  if (first === '(') words.shift();
  else words[0] = { text: first.slice(1), at: 0 };
  const last = words.at(-1);
  if (last === undefined) return undefined;
  if (last.text === ')') words.pop();
  else words[words.length - 1] = { ...last, text: last.text.slice(0, -1) };
  const [subject, operator] = words;
  if (subject === undefined || args.some((text) => /__|[@%<>{}]|\$\{[A-Z]/.test(text))) return undefined;
  if (/^\$./.test(subject.text)) {
    if (words.length === 1)
      return /^\$(?:\w+|\{\w+\})$/.test(subject.text)
        ? undefined
        : wrong(
            subject.at,
            `\`if\` takes \`${subject.text}\` for one variable, because no white space is around the operator`,
          );
    if (operator !== undefined && words.length === 3 && OPERATORS.has(operator.text)) return undefined;
    const isOperator = operator !== undefined && OPERATORS.has(operator.text);
    return isOperator
      ? wrong(subject.at, '`if` compares one variable with one value; there is no `and` or `or`')
      : wrong(
          operator?.at ?? subject.at,
          `\`if\` knows \`=\`, \`!=\`, \`~\`, \`~*\`, \`!~\` and \`!~*\` between a variable and a value that white space separates, not \`${operator?.text ?? ''}\``,
        );
  }
  if (/^!?-[fdex]$/.test(subject.text) && words.length === 2) return undefined;
  return wrong(
    subject.at,
    `\`if\` takes a variable, a comparison of one, or a test such as \`-f\` with one file, not \`${subject.text}\``,
  );
}

/** A session cache in memory has at least eight pages (ngx_http_ssl_session_cache). */
const SESSION_CACHE = /^(?:off|none|builtin|builtin:\d+|shared:[^:]+:\d+[km]?)$/i;

function ofSessionCache(args: readonly string[]): Complaint | undefined {
  const at = args.findIndex((text) => !isPlaceholder(text) && !SESSION_CACHE.test(text));
  if (at < 0) return undefined;
  return {
    at,
    says: `\`ssl_session_cache\` takes \`off\`, \`none\`, \`builtin\` and \`shared:NAME:SIZE\`, not \`${args[at]}\``,
  };
}

function everyWord(name: string, takes: string, pattern: RegExp, first = 0): Check {
  return (args) => {
    for (let at = first; at < args.length; at++) {
      const text = args[at] ?? '';
      if (!isPlaceholder(text) && !pattern.test(text))
        return { at, says: `\`${name}\` takes ${takes}, not \`${text}\`` };
    }
    return undefined;
  };
}

const LOG_LEVELS =
  /^(?:stderr|emerg|alert|crit|error|warn|notice|info|debug|debug_(?:core|alloc|mutex|event|http|mail|stream))$/;
const METHODS = /^(?:GET|HEAD|POST|PUT|DELETE|MKCOL|COPY|MOVE|OPTIONS|PROPFIND|PROPPATCH|LOCK|UNLOCK|PATCH|CONNECT)$/i;

/** A word with letters and no colon is a name, which none of the rules of access looks up. */
function ofAccess(name: string): Check {
  return ([who = '']) =>
    who === 'all' || who === 'unix:' || isPlaceholder(who) || !/^[\w-]*[g-z_][\w.-]*$/i.test(who)
      ? undefined
      : { at: 0, says: `\`${name}\` takes addresses, networks, \`unix:\` and \`all\`, but no name such as \`${who}\`` };
}

/** A variable to be defined starts with `$`. */
function definesAt(name: string, at: number): Check {
  return (args) => {
    const text = args[at] ?? '$';
    return text.startsWith('$') || isPlaceholder(text)
      ? undefined
      : { at, says: `\`${name}\` defines a variable, which starts with \`$\`: \`$${text}\`, not \`${text}\`` };
  };
}

const MODIFIERS = new Set(['=', '~', '~*', '^~']);

const SCHEME: Check = ([address = '']) =>
  address.startsWith('http://') || address.includes('$') || /^https?:\/\//i.test(address) || isPlaceholder(address)
    ? undefined
    : { at: 0, says: `the address of \`proxy_pass\` starts with \`http://\` or \`https://\`, unlike \`${address}\`` };

/** The port of an address that is listened on: none above 65535, and not 0 (ngx_parse_inet_url). */
const PORT: Check = ([address = '']) => {
  const port = /^(?:(?:[^:[\]]*|\[[^\]]*\]):)?(\d+)$/.exec(address)?.[1];
  if (port === undefined || address.startsWith('unix:') || isPlaceholder(address)) return undefined;
  return Number(port) >= 1 && Number(port) <= 65_535
    ? undefined
    : { at: 0, says: `\`${address}\` has no port from 1 to 65535` };
};

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['ngx_http_rewrite_module return', ofReturn],
  ['ngx_http_rewrite_module if', ofIf],
  ['ngx_http_rewrite_module set', definesAt('set', 0)],
  ['ngx_stream_set_module set', definesAt('set', 0)],
  ['ngx_http_auth_request_module auth_request_set', definesAt('auth_request_set', 0)],
  ['ngx_http_map_module map', definesAt('map', 1)],
  ['ngx_stream_map_module map', definesAt('map', 1)],
  ['ngx_http_split_clients_module split_clients', definesAt('split_clients', 1)],
  ['ngx_stream_split_clients_module split_clients', definesAt('split_clients', 1)],
  ['ngx_http_core_module error_page', ofErrorPage],
  ['ngx_http_core_module keepalive_timeout', everyWord('keepalive_timeout', 'times such as `75s`', TIME)],
  ['ngx_http_core_module limit_except', ofLimitExcept],
  ['ngx_http_upstream_keepalive_module keepalive', ofKeepalive],
  ['ngx_http_proxy_module proxy_pass', SCHEME],
  ['ngx_http_access_module allow', ofAccess('allow')],
  ['ngx_http_access_module deny', ofAccess('deny')],
  ['ngx_stream_access_module allow', ofAccess('allow')],
  ['ngx_stream_access_module deny', ofAccess('deny')],
  ['ngx_http_ssl_module ssl_session_cache', ofSessionCache],
  ['ngx_stream_ssl_module ssl_session_cache', ofSessionCache],
  ['ngx_mail_ssl_module ssl_session_cache', ofSessionCache],
  ['ngx_http_core_module listen', PORT],
  ['ngx_stream_core_module listen', PORT],
  ['ngx_mail_core_module listen', PORT],
  ['ngx_http_core_module location', ofLocation],
  ['nginx worker_processes', everyWord('worker_processes', '`auto` or a number', /^(?:auto|\d+)$/)],
  ['ngx_event worker_connections', everyWord('worker_connections', 'a whole number', NUMBER)],
  ...['ngx_log', 'ngx_http_core_module', 'ngx_stream_core_module', 'ngx_mail_core_module'].map(
    (module): [string, Check] => [
      `${module} error_log`,
      everyWord('error_log', 'a level such as `warn` or `error`', LOG_LEVELS, 1),
    ],
  ),
]);

function ofKeepalive([connections = '', ...more]: readonly string[]): Complaint | undefined {
  if (!isPlaceholder(connections) && !NUMBER.test(connections))
    return { at: 0, says: `\`keepalive\` takes a number of connections, not \`${connections}\`` };
  const [word] = more;
  return word === undefined || word === 'local' || isPlaceholder(word)
    ? undefined
    : { at: 1, says: `\`keepalive\` has no parameter \`${word}\`` };
}

function ofLimitExcept(methods: readonly string[]): Complaint | undefined {
  const at = methods.findIndex((method) => /^[a-z]+$/i.test(method) && !METHODS.test(method));
  return at < 0
    ? undefined
    : { at, says: `\`limit_except\` knows methods such as \`GET\` and \`PUT\`, not \`${methods[at]}\`` };
}

function ofLocation([modifier = '', path]: readonly string[]): Complaint | undefined {
  if (path === undefined || MODIFIERS.has(modifier) || /[$@%<>{}]|__/.test(modifier)) return undefined;
  return { at: 0, says: `\`location\` has the modifiers \`=\`, \`~\`, \`~*\` and \`^~\`, not \`${modifier}\`` };
}

/** What the setter of a directive of a module looks into, if that is known here. */
export function checkOf(module: string, name: string): Check | undefined {
  return CHECKS.get(`${module} ${name}`);
}
