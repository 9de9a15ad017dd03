/** Owns hops: where `proxy_pass`, `grpc_pass` and `uwsgi_pass` lead, and what `…_ssl_…` says of TLS there. */
import { type Hop, type HopMismatch, isAddress, type Reach, reachOf } from '../../../model/hops.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import type { NginxProject } from '../project.ts';
import { sendName, verifyBackEnd } from '../realize/hops.ts';
import {
  type Entry,
  enclosing,
  firstOf,
  nearest,
  oncePerScope,
  originOf,
  own,
  placeOfWords,
  type Scope,
  scopesBelow,
  settingLevel,
  value,
} from '../scope.ts';
import { variablesIn } from '../syntax/variables.ts';
import { ofBlocks, ofUnit } from '../units.ts';
import { mismatchOf } from './mismatch.ts';

const DOCS = 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html';

/** A `…_pass` with its parts. */
export interface Pass {
  readonly entry: Entry;
  readonly scope: Scope;
  /** The family of its settings: `proxy`, `grpc`, `uwsgi`. */
  readonly family: string;
  readonly tls: boolean;
  readonly host: string;
  readonly port: number | undefined;
  /** The `upstream` block that it names. */
  readonly block: Scope | undefined;
  /** The lines of that block. */
  readonly servers: readonly Server[];
}

export interface Server {
  readonly entry: Entry;
  readonly host: string;
  readonly port: number | undefined;
}

const FAMILIES = ['proxy', 'grpc', 'uwsgi'];

/** `api.example:8443`, `[::1]:80`, `unix:/run/x`; the port where one is written. */
function addressOf(text: string): { host: string; port: number | undefined } {
  if (text.startsWith('unix:')) return { host: text, port: undefined };
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text);
  return { host: (match?.[1] ?? text).toLowerCase(), port: match?.[2] === undefined ? undefined : Number(match[2]) };
}

/** What stands behind the host, and so decides nothing. */
const REQUEST = /^(?:request_uri|document_uri|uri|is_args|args|query_string|\d)$/;

/** An address whose variables are texts that one `set` of the same block or server gives; undefined where others are in it. */
function withoutVariables(text: string, scope: Scope): string | undefined {
  if (!text.includes('$')) return text;
  let out = '';
  let at = 0;
  for (const variable of variablesIn(text)) {
    const worth = REQUEST.test(variable.name) ? '/' : setOnce(variable.name, scope);
    if (worth === undefined) return undefined;
    out += text.slice(at, variable.start) + worth;
    at = variable.end;
  }
  return out + text.slice(at);
}

interface SetLine {
  readonly line: Entry;
  readonly level: Scope;
}

/** All `set` lines of a server by the variable. */
const setsIn = oncePerScope((server): ReadonlyMap<string, readonly SetLine[]> => {
  const found = new Map<string, SetLine[]>();
  for (const level of scopesBelow(server)) {
    for (const line of own(level, 'set')) {
      const name = (value(line) ?? '').replace(/^\$/, '');
      const same = found.get(name);
      if (same === undefined) found.set(name, [{ line, level }]);
      else same.push({ line, level });
    }
  }
  return found;
});

function setOnce(name: string, scope: Scope): string | undefined {
  const levels: Scope[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    levels.push(at);
    if (at.name === 'server') break;
  }
  const server = levels.at(-1);
  if (server?.name !== 'server' || levels.some(({ holes }) => holes.some((hole) => hole.couldHold('set'))))
    return undefined;
  const lines = setsIn(server).get(name) ?? [];
  const [only] = lines;
  if (only === undefined || lines.length > 1 || !levels.includes(only.level) || only.level.name === 'if')
    return undefined;
  const worth = value(only.line, 1);
  return worth === undefined || worth.includes('$') ? undefined : worth;
}

const NO_SERVERS: readonly Server[] = [];

const TLS_SCHEME = /^(?:https|grpcs|suwsgi):\/\//i;
const ADDRESS = /^(?:\w+:\/\/)?(unix:[^:]*|[^/?]*)/i;

/** Large configurations have few kinds of addresses, and these are what nearly all are: `http://127.0.0.1:3000`. */
function addressIn(text: string): string {
  if (!text.startsWith('http://') || text.startsWith('unix:', 7)) return ADDRESS.exec(text)?.[1] ?? '';
  const slash = text.indexOf('/', 7);
  const rest = slash < 0 ? text.slice(7) : text.slice(7, slash);
  const query = rest.indexOf('?');
  return query < 0 ? rest : rest.slice(0, query);
}

function passOf(entry: Entry, scope: Scope, family: string, blocks: ReadonlyMap<string, Scope>): Pass | undefined {
  const text = withoutVariables(value(entry) ?? '', scope);
  if (text === undefined || text === '' || isMasked(text)) return undefined;
  const stream = enclosing(scope, 'stream') !== undefined;
  const tls = stream ? streamTls(scope) : TLS_SCHEME.test(text);
  if (tls === undefined) return undefined;
  const { host, port } = addressOf(addressIn(text));
  const block = blocks.size === 0 ? undefined : blocks.get(host);
  if (block !== undefined && block.holes.length > 0) return undefined;
  const servers =
    block === undefined
      ? NO_SERVERS
      : own(block, 'server').map((server) => ({ entry: server, ...addressOf(value(server) ?? '') }));
  return { entry, scope, family, tls, host, port, block, servers };
}

function streamTls(scope: Scope): boolean | undefined {
  const found = nearest(scope, 'proxy_ssl');
  if (found.kind === 'hidden') return undefined;
  return found.kind === 'found' && value(found.entries[0] as Entry) === 'on';
}

/** As far as the farthest of them. */
function reachOfAll(hosts: readonly string[]): Reach {
  const all = hosts.map(reachOf);
  return all.includes('remote') ? 'remote' : all.includes('near') ? 'near' : 'local';
}

function flag(scope: Scope, name: string): Fact<boolean> {
  const found = nearest(settingLevel(scope), name);
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent')
    return known(false, { kind: 'default', versions: 'every version', source: `${DOCS}#${name}` });
  const entry = found.entries[0] as Entry;
  return known(value(entry)?.toLowerCase() === 'on', originOf(scope, found.scope, entry));
}

/**
 * The name that is sent and compared, without a port. An address is never sent (RFC 6066, 3; ngx_http_upstream_ssl_name).
 */
function checkedName({ scope, family, host }: Pass): Fact<string> {
  const found = nearest(settingLevel(scope), `${family}_ssl_name`);
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const entry = firstOf(found);
  const text = entry === undefined ? undefined : value(entry);
  if (found.kind === 'absent' || entry === undefined || text === undefined || text === `$${family}_host`)
    return known(host, { kind: 'default', versions: 'every version', source: `${DOCS}#${family}_ssl_name` });
  return text.includes('$') || isMasked(text)
    ? unknown('a variable names it')
    : known(text.replace(/:\d+$/, ''), originOf(scope, found.scope, entry));
}

/** A way to a back end. What only a finding needs is worked out when there is one. */
class PassHop implements Hop {
  readonly tls: boolean;

  constructor(
    private readonly pass: Pass,
    readonly mismatch: HopMismatch | undefined,
  ) {
    this.tls = pass.tls;
  }

  get place(): Hop['place'] {
    return placeOfWords(this.pass.entry);
  }

  /** The hosts of the back ends. */
  private get hosts(): readonly string[] {
    const { host, servers, block } = this.pass;
    return block === undefined ? [host] : servers.map((server) => server.host);
  }

  get reach(): Reach {
    return reachOfAll(this.hosts);
  }

  get name(): string | undefined {
    return this.hosts.find((one) => !isAddress(one));
  }

  get label(): string {
    const { entry } = this.pass;
    return `${entry.name} ${value(entry) ?? ''}`;
  }

  get verifySetting(): string {
    return `${this.pass.family}_ssl_verify`;
  }

  get verified(): Fact<boolean> {
    return flag(this.pass.scope, this.verifySetting);
  }

  get nameSetting(): string {
    return `${this.pass.family}_ssl_server_name`;
  }

  get nameSent(): Fact<boolean> {
    const on = flag(this.pass.scope, this.nameSetting);
    if (!on.known || !on.value) return on;
    const name = checkedName(this.pass);
    if (this.sendsBlockName(name)) return known(false, on.origin);
    return name.known ? known(!isAddress(name.value), isAddress(name.value) ? name.origin : on.origin) : name;
  }

  get nameless(): string | undefined {
    const { scope, family, host } = this.pass;
    const on = flag(scope, this.nameSetting);
    if (!on.known || !on.value) return undefined;
    return this.sendsBlockName(checkedName(this.pass))
      ? `\`${this.nameSetting} on\` sends \`${host}\`, the name of the \`upstream\` block`
      : `\`${family}_ssl_name\` is an address`;
  }

  /** A block that is called as no server is. One with a dot in its name may be called for the name that is meant. */
  private sendsBlockName(name: Fact<string>): boolean {
    const { block, host } = this.pass;
    return block !== undefined && name.known && name.value === host && !host.includes('.') && this.name !== undefined;
  }

  get failure(): string | undefined {
    return enclosing(this.pass.scope, 'stream') === undefined ? undefined : 'a closed connection';
  }

  get verify(): Hop['verify'] {
    return verifying(this.pass, this.name);
  }

  get sendName(): Hop['sendName'] {
    if (this.name === undefined) return [];
    const canBeNamed = this.nameless === undefined || this.sendsBlockName(checkedName(this.pass));
    return canBeNamed ? naming(this.pass, this.name) : [];
  }
}

function verifying(pass: Pass, name: string | undefined): Hop['verify'] {
  return [
    {
      title: 'Verify the back end (fill in whom to trust, and check the name)',
      safety: 'sketch',
      remedy: { kind: 'edit', edits: () => verifyBackEnd(pass, name) },
    },
  ];
}

function naming(pass: Pass, name: string): Hop['sendName'] {
  return [
    {
      title: `Send the name \`${name}\` in the handshake`,
      safety: 'behaviour',
      remedy: { kind: 'edit', edits: () => sendName(pass, name) },
    },
  ];
}

/** The hops of a project. */
export function hopsOf(project: NginxProject): Hop[] {
  const blocks = new Map<string, Scope>();
  for (const scope of project.scopes) {
    if (scope.name !== 'upstream') continue;
    const name = scope.opener?.directive.wording.values[0]?.toLowerCase();
    if (name !== undefined) blocks.set(name, scope);
  }
  const passes = ofBlocks(project, 'passes', (scopes) => passesIn(scopes, blocks));
  const plain = new Set<Scope>();
  for (const { block, tls } of passes.flat()) if (block !== undefined && !tls) plain.add(block);
  const hopsTo = (some: readonly Pass[]): Hop[] =>
    some.map((pass) => new PassHop(pass, mismatchOf(pass, pass.block !== undefined && plain.has(pass.block))));
  const [outside = [], ...inUnits] = passes;
  const hops = hopsTo(outside);
  project.units.forEach((unit, i) => {
    const mine = inUnits[i] ?? [];
    // An `upstream` that others may speak plain HTTP to is judged by all of them.
    const alone = mine.every(({ block, tls }) => block === undefined || !tls);
    hops.push(...(alone ? ofUnit(project, unit, 'hops', () => hopsTo(mine)) : hopsTo(mine)));
  });
  return hops;
}

function passesIn(scopes: readonly Scope[], blocks: ReadonlyMap<string, Scope>): Pass[] {
  const [first] = scopes;
  const passes: Pass[] = [];
  for (const family of FAMILIES) {
    const name = `${family}_pass`;
    if (first === undefined || !first.vocabulary.names.has(name)) continue;
    for (const scope of scopes) {
      for (const entry of own(scope, name)) {
        const pass = passOf(entry, scope, family, blocks);
        if (pass !== undefined) passes.push(pass);
      }
    }
  }
  return passes;
}
