/** Owns servers: the blocks that listen, with their addresses and names. */
import type { SiteName } from '../../../model/model.ts';
import type { Place } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { openerPlace, own, type Scope } from '../scope.ts';
import { ofUnit, type Unit } from '../units.ts';
import { type Listen, listensOf } from './listen.ts';
import { namesOf, serverLabel } from './server-names.ts';

/** A server block, or the outermost level of a fragment that has parts of one. */
export interface Server {
  readonly scope: Scope;
  readonly listens: readonly Listen[];
  readonly names: readonly SiteName[];
  readonly label: string;
  readonly place: Place;
  /** The unit that it is; none where it stands outside of `http`, `stream` and `mail`. */
  readonly unit: Unit | undefined;
}

class ServerBlock implements Server {
  readonly listens: readonly Listen[];
  readonly names: readonly SiteName[];
  private called: string | undefined;

  constructor(
    readonly scope: Scope,
    readonly unit: Unit | undefined,
  ) {
    this.listens = listensOf(scope);
    this.names = namesOf(scope);
  }

  get label(): string {
    this.called ??= serverLabel(this.scope, this.names, this.listens);
    return this.called;
  }

  get place(): Place {
    return openerPlace(this.scope);
  }
}

function serverOf(scope: Scope, unit?: Unit): Server {
  return new ServerBlock(scope, unit);
}

/** Whether a `server` block is one that listens, not a line of an `upstream`. */
function isServer(scope: Scope): boolean {
  return scope.name === 'server' && scope.opener !== undefined;
}

/** Directives that make the outermost level of a fragment a part of a server. */
const SERVER_PARTS = ['location', 'if', 'proxy_pass', 'ssl_protocols', 'ssl_ciphers', 'ssl_certificate', 'listen'];

export function serversOf(project: NginxProject): Server[] {
  const { main, outer, role, units } = project;
  const servers = outer.filter(isServer).map((scope) => serverOf(scope));
  for (const unit of units) {
    const { scope } = unit;
    if (isServer(scope)) servers.push(ofUnit(project, unit, 'server', () => serverOf(scope, unit)));
  }
  if (role === 'fragment' && SERVER_PARTS.some((name) => own(main, name).length > 0)) servers.unshift(serverOf(main));
  return servers;
}
