/** Owns Caddy's answer to each remedy: the smallest edit of the text that makes it true. */

import { basename } from '../../../files/paths.ts';
import type { Route, Site, TlsEndpoint } from '../../../model/model.ts';
import type { FileEdits, Remedy } from '../../../model/remedy.ts';
import { nameFile } from '../../blocks/edits.ts';
import { isJson } from '../json/index.ts';
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

/** A file that a setting names; where it names the file's folder, another file has no place. */
function nameFileIn(remedy: Extract<Remedy, { kind: 'name-file' }>, project: CaddyProject) {
  const { place, written } = remedy.use;
  const text = project.files.get(place.file)?.file.text.slice(place.span.start, place.span.end) ?? '';
  if (!text.includes(basename(written))) return undefined;
  // JSON has all of its texts in quotes.
  return nameFile(remedy, isJson(place.file) ? /^/ : /[\s"`{}#]/);
}

export function realize(remedy: Remedy, context: RealizeContext): readonly FileEdits[] | undefined {
  const proxy = 'route' in remedy ? context.proxyOf(remedy.route) : undefined;
  switch (remedy.kind) {
    case 'set-tls-versions': {
      const scope = context.endpointScope(remedy.endpoint);
      return scope === undefined ? undefined : setVersions(scope, remedy.versions);
    }
    case 'name-file':
      return nameFileIn(remedy, context.project);
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
