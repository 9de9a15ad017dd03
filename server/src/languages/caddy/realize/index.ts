/** Owns Caddy's answer to each remedy: the smallest edit of the text that makes it true. */
import type { Route, Site, TlsEndpoint } from '../../../model/model.ts';
import type { FileEdits, Remedy } from '../../../model/remedy.ts';
import { nameFile } from '../../blocks/edits.ts';
import type { ProxyLine } from '../lower/proxies.ts';
import type { CaddyProject } from '../project.ts';
import type { Entry, Scope } from '../scope.ts';
import { redirectToTls } from './listening.ts';
import { setVersions } from './versions.ts';
import { askWhenAsked, forwardHost, forwardUpgrade, setIdleLimit, useHttp11 } from './websocket.ts';

/** What realizers need to find the text behind the model. */
export interface RealizeContext {
  readonly project: CaddyProject;
  proxyOf(route: Route): ProxyLine | undefined;
  siteEntry(site: Site): Entry | undefined;
  endpointScope(endpoint: TlsEndpoint): Scope | undefined;
}

export function realize(remedy: Remedy, context: RealizeContext): readonly FileEdits[] | undefined {
  const proxy = 'route' in remedy ? context.proxyOf(remedy.route) : undefined;
  switch (remedy.kind) {
    case 'set-tls-versions': {
      const scope = context.endpointScope(remedy.endpoint);
      return scope === undefined ? undefined : setVersions(scope, remedy.versions);
    }
    case 'name-file':
      return nameFile(remedy, /[\s"`{}#]/);
    case 'redirect-to-tls':
      return redirectToTls(remedy.site, context);
    case 'edit':
      return remedy.edits();
    case 'forward-upgrade':
      // Caddy has nothing that lets through `websocket` alone.
      return proxy === undefined || remedy.only === true ? undefined : forwardUpgrade(proxy);
    case 'set-idle-limit':
      return proxy === undefined ? undefined : setIdleLimit(proxy, remedy.seconds);
    case 'use-http-1-1':
      return proxy === undefined ? undefined : useHttp11(proxy);
    case 'forward-host':
      return proxy === undefined ? undefined : forwardHost(proxy);
    case 'ask-when-asked':
      return proxy === undefined ? undefined : askWhenAsked(proxy);
    case 'speak-tls':
    case 'only-websocket':
    case 'refuse-handshakes':
    case 'refuse-unknown-names':
    case 'tell-early-data':
      return undefined;
  }
}
