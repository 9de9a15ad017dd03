/** Owns variables that nothing defines: nginx refuses to start with `unknown "…" variable`. */
import { mayBeBuiltIn, NGINX_VARIABLES } from '../../../facts/nginx-variables.ts';
import type { ConfigProblem } from '../../../model/model.ts';
import { oneSlipAway } from '../../../text/nearest.ts';
import { definedVariables } from '../names/defined.ts';
import type { NginxProject } from '../project.ts';
import { defineVariable } from '../realize/variable.ts';
import { type Entry, enclosing, type Scope } from '../scope.ts';
import type { Wording } from '../syntax/tree.ts';
import { spanOfVariable, variablesIn } from '../syntax/variables.ts';
import { ofBlocks } from '../units.ts';
import type { Variables } from './variables.ts';

/**
 * Directives whose arguments nginx compiles for variables (docs: "can contain variables"), with the first argument that
 * counts. Elsewhere a `$` may be plain text.
 */
const COMPILED: ReadonlyMap<string, number> = new Map([
  ...[
    'proxy_set_header',
    'grpc_set_header',
    'add_header',
    'add_trailer',
    'fastcgi_param',
    'uwsgi_param',
    'scgi_param',
  ].map((n) => [n, 1] as const),
  ...[
    'proxy_pass',
    'root',
    'alias',
    'return',
    'proxy_ssl_name',
    'proxy_cache_key',
    'proxy_cache_bypass',
    'proxy_no_cache',
    'try_files',
  ].map((n) => [n, 0] as const),
  ...[
    'fastcgi_pass',
    'uwsgi_pass',
    'fastcgi_cache_key',
    'fastcgi_cache_bypass',
    'fastcgi_no_cache',
    'limit_req_zone',
    'limit_conn_zone',
    'access_log',
    'auth_basic',
    'auth_basic_user_file',
    'charset',
    'error_page',
    'expires',
    'geo',
    'hash',
    'index',
    'limit_rate',
    'limit_rate_after',
    'map',
    'proxy_bind',
    'proxy_cache',
    'proxy_cookie_domain',
    'proxy_cookie_path',
    'proxy_method',
    'proxy_redirect',
    'proxy_set_body',
    'proxy_store',
    'split_clients',
    'sub_filter',
  ].map((n) => [n, 0] as const),
  ['auth_request_set', 1],
  ['rewrite', 1],
  ['set', 1],
  ['log_format', 1],
  ['if', 0],
]);

/** Directives of modules that are not nginx's own; with one of them, an unknown name may be theirs. */
export const OTHER_MODULES =
  /_by_lua|^lua_|^load_module$|^(more|echo|brotli|zstd|vhost_traffic|modsecurity|pagespeed|geoip2|js|perl|nchan|push|upload|srcache|redis|redis2|drizzle|postgres|array|encrypted_session|auth_jwt|keyval|otel|acme|cookie_flag|testcookie|security_headers|vod|passenger|rtmp|opentelemetry|opentracing|set_(md5|sha1|hmac|secure|escape|unescape|quote|random|rotate|local|formatted|if|hashed|encode|decode|base32|misc|by|cbc|crypt|form))(_|$)/;

/** Names that no module defines: they come from copied examples whose `map` was left out. */
const NEVER_BUILT_IN =
  /^(connection_upgrade|proxy_connection|http_connection_upgrade|connection_header|ssl_client_.*)$/;

function isPartOfHttp(scope: Scope): boolean {
  return enclosing(scope, 'http') !== undefined;
}

interface Use {
  readonly entry: Entry;
  readonly scope: Scope;
  readonly argument: number;
}

interface Named extends Use {
  readonly name: string;
}

/** What blocks use besides the variables of nginx's own, and what of them cannot be seen. */
interface Uses {
  readonly named: readonly Named[];
  /** Whether a definition may be in a part that cannot be seen. */
  readonly hides: boolean;
  readonly mayLoad: boolean;
}

/** The variables of a text that are none of nginx's own. */
function othersIn(text: string): string[] {
  return variablesIn(text).flatMap(({ name }) => (mayBeBuiltIn(name) ? [] : [name]));
}

function usesIn(scopes: readonly Scope[]): Uses {
  const named: Named[] = [];
  let hides = false;
  let mayLoad = false;
  /** Large configurations repeat few directives many times, most of them with variables of nginx's own. */
  const plain = new Set<Wording>();
  for (const scope of scopes) {
    for (const hole of scope.holes) {
      hides ||= hole.couldHold('map') || hole.couldHold('set');
      mayLoad ||= hole.couldHold('load_module');
    }
    const { entries } = scope;
    // The values of a `map` are compiled, whatever its lines begin with (docs, map).
    const isMap = scope.name === 'map';
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at] as Entry;
      const from = isMap ? 0 : COMPILED.get(entry.name);
      if (from === undefined || plain.has(entry.directive.wording)) continue;
      const before = named.length;
      addUses(named, entry, scope, from);
      if (named.length === before) plain.add(entry.directive.wording);
    }
  }
  return { named, hides, mayLoad };
}

function addUses(named: Named[], entry: Entry, scope: Scope, from: number): void {
  const { values } = entry.directive.wording;
  for (let argument = from; argument < values.length; argument++) {
    const text = values[argument] ?? '';
    // A regular expression, as `proxy_redirect` and `if` take it, has its own `$`.
    if (!text.includes('$') || text.startsWith('~')) continue;
    const others = othersIn(text);
    if (others.length === 0 || (entry.name === 'if' && isPattern(entry, argument)) || !isPartOfHttp(scope)) continue;
    for (const name of others) named.push({ name, entry, scope, argument });
  }
}

/** The variables that nothing in a whole configuration defines. Silent when a part of it cannot be seen. */
export function undefinedVariables(project: NginxProject, variables: Variables): ConfigProblem[] {
  if (project.role !== 'root') return [];
  const uses = new Map<string, Use[]>();
  let otherModules = false;
  for (const { named, hides, mayLoad } of ofBlocks(project, 'uses of variables', usesIn)) {
    if (hides) return [];
    otherModules ||= mayLoad;
    for (const use of named) {
      if (variables.defines(use.name)) continue;
      const list = uses.get(use.name);
      if (list === undefined) uses.set(use.name, [use]);
      else list.push(use);
    }
  }
  if (uses.size === 0) return [];
  otherModules ||= project.scopes.some(({ entries }) =>
    entries.some(({ directive }) => OTHER_MODULES.test(directive.wording.name)),
  );
  return [...uses].flatMap(([name, list]) => {
    // `${NAME}` in capitals is filled in before nginx starts (envsubst).
    if (/^[A-Z][A-Z0-9_]*$/.test(name)) return [];
    if (otherModules && !NEVER_BUILT_IN.test(name)) return [];
    return list.flatMap((use) => problem(name, use, project));
  });
}

/** The right side of `~` in an `if` is a regular expression, where `$` is the end of the text. */
export function isPattern(entry: Pick<Entry, 'directive'>, argument: number): boolean {
  return entry.directive.wording.values
    .slice(0, argument)
    .some((before) => /^\(?!?~\*?$/.test(before) || / !?~\*?$/.test(before));
}

function problem(name: string, use: Use, project: NginxProject): ConfigProblem[] {
  const { entry, argument } = use;
  const word = entry.directive.args[argument];
  if (word === undefined) return [];
  const found = variablesIn(word.value).find((variable) => variable.name === name);
  if (found === undefined) return [];
  const span = spanOfVariable(word, entry.file.text, found);
  const definition = defineVariable(name, project);
  const close = oneSlipAway(name, definedVariables(project)) ?? oneSlipAway(name, NGINX_VARIABLES);
  const replacement = `${found.braced ? '${' : '$'}${close}${found.braced ? '}' : ''}`;
  return [
    {
      rule: 'config-undefined-variable',
      place: { file: entry.file.id, span },
      message:
        `nginx does not start: nothing defines \`$${name}\`` +
        (definition !== undefined
          ? `. ${definition.what}`
          : close !== undefined
            ? `; did you mean \`$${close}\`?`
            : ''),
      offers: [
        ...(definition === undefined
          ? []
          : [
              {
                title: definition.title,
                safety: definition.safety,
                remedy: { kind: 'edit' as const, edits: definition.edits },
              },
            ]),
        ...(close === undefined
          ? []
          : [
              {
                title: `Write \`${replacement}\``,
                safety: 'behaviour' as const,
                remedy: {
                  kind: 'edit' as const,
                  edits: () => [{ file: entry.file.id, edits: [{ span, newText: replacement }] }],
                },
              },
            ]),
      ],
    },
  ];
}
