/** Owns the lowering of an nginx configuration into the effective model. */

import { proxyHttpVersion } from '../../../facts/nginx.ts';
import type { FileId } from '../../../files/host.ts';
import type { SourceFile } from '../../../files/store.ts';
import type { ConfigProblem, FileUse, Model } from '../../../model/model.ts';
import { isTextForNginx } from '../claim.ts';
import { hintedProblems } from '../include-hint.ts';
import { locate } from '../paths.ts';
import { PRODUCT } from '../product.ts';
import type { NginxProject } from '../project.ts';
import type { RealizeContext } from '../realize/index.ts';
import { type Entry, own, present, type Scope } from '../scope.ts';
import { endsWithBrace } from '../syntax/problems.ts';
import type { SyntaxProblem } from '../syntax/tree.ts';
import { ofBlocks } from '../units.ts';
import { fileUse, type NamedFile } from './file-use.ts';
import { hopsOf } from './hops.ts';
import { listenConflicts } from './listen-conflicts.ts';
import { misplacedDirectives } from './misplaced.ts';
import { obsoleteOf } from './obsolete.ts';
import { insecurePagesOf } from './served-pages.ts';
import { serversOf } from './servers.ts';
import { sitesOf } from './sites.ts';
import { sourcesOf } from './sources.ts';
import { spoofableOf } from './spoofable.ts';
import { undefinedVariables } from './undefined.ts';
import { unknownDirectives } from './unknown.ts';
import type { Variables } from './variables.ts';

export interface Lowered {
  readonly model: Model;
  readonly realizing: RealizeContext;
  readonly fileUses: readonly FileUse[];
}

/** Directives that name a certificate, a key or another PEM file. */
const FILE_DIRECTIVES = new Set([
  'ssl_certificate',
  'ssl_certificate_key',
  'ssl_client_certificate',
  'ssl_trusted_certificate',
  'ssl_crl',
  'ssl_dhparam',
  'ssl_stapling_file',
  'ssl_password_file',
  'proxy_ssl_certificate',
  'proxy_ssl_certificate_key',
  'proxy_ssl_trusted_certificate',
  'proxy_ssl_crl',
  'grpc_ssl_certificate',
  'grpc_ssl_certificate_key',
  'grpc_ssl_trusted_certificate',
  'grpc_ssl_crl',
  'uwsgi_ssl_certificate',
  'uwsgi_ssl_certificate_key',
  'uwsgi_ssl_trusted_certificate',
  'uwsgi_ssl_crl',
]);

function syntaxProblems(project: NginxProject): ConfigProblem[] {
  const out: ConfigProblem[] = [];
  for (const { file, trees, template } of project.files.values()) {
    if (template) continue;
    const unreadable = isTextForNginx(file);
    if (unreadable !== undefined) {
      out.push({ rule: 'config-syntax', place: { file: file.id, span: unreadable.span }, message: unreadable.message });
      continue;
    }
    for (const tree of trees) {
      for (const problem of tree.problems) {
        const place = { file: file.id, span: problem.span };
        out.push({ rule: 'config-syntax', place, message: problem.message, offers: repairs(problem, file) });
      }
    }
  }
  return out;
}

/**
 * A missing `;` goes to the end of the words before the gap, or before a `}` that was taken for a part of the last one;
 * what else is wrong has no certain repair.
 */
function repairs({ code, span }: SyntaxProblem, { id, text }: SourceFile): NonNullable<ConfigProblem['offers']> {
  if (code !== 'missing-semicolon') return [];
  const glued = endsWithBrace(text.slice(span.start, span.end));
  const at = glued ? span.end - 1 : span.end;
  const edit = { span: { start: at, end: at }, newText: glued ? '; ' : ';' };
  return [
    { title: 'Insert the `;`', safety: 'safe', remedy: { kind: 'edit', edits: () => [{ file: id, edits: [edit] }] } },
  ];
}

function usesOf(project: NginxProject): readonly FileUse[] {
  const included = project.includes.flatMap(({ files }) => files);
  const mayRepeat = new Set(included).size < included.length;
  const seen = new Set<Entry['directive']>();
  const out: FileUse[] = [];
  for (const found of ofBlocks(project, 'files', (scopes) => usesIn(scopes, project))) {
    for (const use of found) {
      if (mayRepeat && seen.has(use.directive)) continue;
      if (mayRepeat) seen.add(use.directive);
      // The project depends on this file, whether or not it was looked for in this reading.
      locate(use.written, project.paths);
      out.push(use);
    }
  }
  return out;
}

function usesIn(scopes: readonly Scope[], project: NginxProject): NamedFile[] {
  const out: NamedFile[] = [];
  const names = present(project.main, FILE_DIRECTIVES);
  for (const scope of scopes) {
    for (const name of names) {
      for (const entry of own(scope, name)) {
        const use = fileUse(entry, project);
        if (use !== undefined) out.push(use);
      }
    }
  }
  return out;
}

export function lower(project: NginxProject, variables: Variables): Lowered {
  const { environment } = project.paths;
  const context = {
    variables,
    defaultHttp: proxyHttpVersion(environment.target),
    webSocketPaths: environment.webSocketPaths,
  };
  const servers = serversOf(project);
  const sourced = sitesOf(project, servers, context);
  const sources = sourcesOf(sourced.sites, sourced.sockets);
  const sites = sourced.sites.map(({ site }) => site);
  const model: Model = {
    language: 'nginx',
    product: PRODUCT,
    root: project.root.id as FileId,
    role: project.role,
    target: environment.target,
    sites,
    hops: hopsOf(project),
    spoofable: spoofableOf(project, sites, sources.route),
    obsolete: obsoleteOf(project, servers, environment.target),
    problems: [
      ...syntaxProblems(project),
      ...hintedProblems(project),
      ...undefinedVariables(project, variables),
      ...misplacedDirectives(project),
      ...listenConflicts(servers, environment.target).filter(
        ({ place }) => project.files.get(place.file)?.template === false,
      ),
      ...unknownDirectives(project),
    ],
    unseen: project.unseen,
    insecurePages: () => insecurePagesOf(project, sourced.sites),
  };
  const realizing: RealizeContext = {
    project,
    variables,
    routeSource: sources.route,
    siteSource: sources.site,
    endpointScope: sources.endpoint,
  };
  return { model, realizing, fileUses: usesOf(project) };
}
