/** Owns Apache's answer to each remedy: the smallest edit of the text that makes it true. */
import type { Route, Site, TlsEndpoint } from '../../../model/model.ts';
import type { FileEdits, Remedy } from '../../../model/remedy.ts';
import { nameFile } from '../../blocks/edits.ts';
import type { RouteSource } from '../lower/routes.ts';
import type { Server } from '../lower/servers.ts';
import type { ApacheProject } from '../project.ts';
import { redirectToTls, speakTls } from './listening.ts';
import { setVersions } from './versions.ts';
import { forwardHost, forwardUpgrade, onlyWebSocket, setIdleLimit } from './websocket.ts';

/** What realizers need to find the text behind the model. */
export interface RealizeContext {
  readonly project: ApacheProject;
  routeSource(route: Route): RouteSource | undefined;
  siteServer(site: Site): Server | undefined;
  endpointServer(endpoint: TlsEndpoint): Server | undefined;
}

/** White space, or a quote. */
const QUOTED_PATH = /[\s"']/;

export function realize(remedy: Remedy, context: RealizeContext): readonly FileEdits[] | undefined {
  const edits = editsOf(remedy, context);
  return edits?.some((one) => touchesUse(one, context.project)) === true ? undefined : edits;
}

/** The line that uses a macro stands for lines that nobody can edit there. */
function touchesUse({ file, edits }: FileEdits, { uses }: ApacheProject): boolean {
  return uses.some(
    ({ file: { id }, directive: { line } }) =>
      id === file && edits.some(({ span }) => span.start <= line.end && span.end >= line.start),
  );
}

function editsOf(remedy: Remedy, context: RealizeContext): readonly FileEdits[] | undefined {
  switch (remedy.kind) {
    case 'set-tls-versions': {
      const server = context.endpointServer(remedy.endpoint);
      return server === undefined ? undefined : setVersions(server, remedy.versions);
    }
    case 'name-file':
      return nameFile(remedy, QUOTED_PATH);
    case 'speak-tls':
      return speakTls(remedy.site, remedy.listener, context);
    case 'redirect-to-tls':
      return redirectToTls(remedy.site, context);
    case 'edit':
      return remedy.edits();
    case 'forward-upgrade':
      // `upgrade=websocket` is for no other protocol anyway.
      return remedy.only === true ? undefined : forwardUpgrade(remedy.route, context);
    case 'set-idle-limit':
      return setIdleLimit(remedy.route, remedy.seconds, context);
    case 'forward-host':
      return forwardHost(remedy.route, context);
    case 'only-websocket':
      return onlyWebSocket(remedy.route, context);
    case 'use-http-1-1':
    case 'ask-when-asked':
    case 'refuse-handshakes':
    case 'refuse-unknown-names':
    case 'tell-early-data':
      return undefined;
  }
}
