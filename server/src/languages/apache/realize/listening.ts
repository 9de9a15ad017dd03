/** Owns what hosts speak: `SSLEngine`, and the redirect of plain requests to TLS. */
import type { Listener, Site } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { own, scopesBelow, values } from '../scope.ts';
import type { RealizeContext } from './index.ts';
import { byFile, linesAfter, linesBefore } from './layout.ts';

/** One switch for all addresses of a host. */
export function speakTls(site: Site, listener: Listener | undefined, context: RealizeContext): FileEdits[] | undefined {
  const server = context.siteServer(site);
  if (server === undefined || listener === undefined || site.listeners.length > 1) return undefined;
  const engine = own(server.scope, 'sslengine').at(-1);
  const word = engine?.directive.args[0];
  if (engine !== undefined && word !== undefined)
    return byFile([{ file: engine.file, edit: { span: word.span, newText: 'on' } }]);
  const certificate = own(server.scope, 'sslcertificatefile')[0];
  return certificate === undefined ? undefined : byFile([linesBefore(certificate, ['SSLEngine on'])]);
}

/** Whether something is for files that have to be had in plain text, such as ACME challenges. */
function hasPublic(site: Site, context: RealizeContext): boolean {
  const server = context.siteServer(site);
  return (
    server === undefined ||
    scopesBelow(server.scope).some(({ entries }) =>
      entries.some((entry) => /well-known|acme/i.test(values(entry).join(' '))),
    )
  );
}

/** A rule, because `Redirect` comes only behind `ProxyPass`; it goes before all others. */
export function redirectToTls(site: Site, context: RealizeContext): FileEdits[] | undefined {
  const server = context.siteServer(site);
  if (server?.scope.opener === undefined || hasPublic(site, context)) return undefined;
  if (site.listeners.length !== 1 || own(server.scope, 'rewriterule').length > 0) return undefined;
  const anchor = [...own(server.scope, 'servername'), ...own(server.scope, 'serveralias')].at(-1);
  if (anchor === undefined || anchor.via.length > 0) return undefined;
  return byFile([
    linesAfter(anchor, ['RewriteEngine On', 'RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L,NE]']),
  ]);
}
