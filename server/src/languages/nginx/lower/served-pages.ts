/** Owns which folders of the workspace servers that speak nothing but TLS give out, and the `ws://` addresses in them. */
import { isInside } from '../../../files/paths.ts';
import type { InsecurePage } from '../../../model/insecure-urls.ts';
import type { Site } from '../../../model/model.ts';
import { addressesInPages } from '../../pages.ts';
import { isMasked } from '../mask.ts';
import { includeCandidates } from '../paths.ts';
import type { NginxProject } from '../project.ts';
import { nearest, own, type Scope, scopesBelow, value } from '../scope.ts';
import { namesElsewhere } from './insecure-urls.ts';
import type { Sourced } from './sources.ts';

/** The folders that a server's lines name. */
function foldersNamed(server: Scope): string[] {
  const roots = nearest(server, 'root');
  const entries = [
    ...(roots.kind === 'found' ? roots.entries : []),
    ...scopesBelow(server).flatMap((scope) => [...own(scope, 'root'), ...own(scope, 'alias')]),
  ];
  return [...new Set(entries.flatMap((entry) => value(entry) ?? []))];
}

/** A folder of the workspace; undefined for those of the machine, which may be of any size and anybody's. */
function folderOf(written: string, { paths }: NginxProject): string | undefined {
  if (written === '' || isMasked(written)) return undefined;
  const { environment, dependencies } = paths;
  return includeCandidates(written, paths)
    .map(({ path }) => path)
    .find(
      (path) =>
        environment.workspaces.some((workspace) => isInside(workspace, path)) &&
        environment.files.list(path, dependencies) !== undefined,
    );
}

/** Whether pages come over TLS only; undefined where nothing comes at all. */
function isSecure({ listeners, plainAnswer }: Site): boolean | undefined {
  if (listeners.length === 0) return false;
  if (listeners.every(({ tls }) => tls.known && tls.value)) return true;
  return plainAnswer.known && plainAnswer.value !== 'pages' ? undefined : false;
}

/** The addresses in pages that no server gives out without TLS, each with the first site that does. */
export function insecurePagesOf(project: NginxProject, sites: readonly Sourced[]): readonly InsecurePage[] {
  const { names } = project.vocabulary;
  if (!names.has('root') && !names.has('alias')) return [];
  for (const { file } of project.files.values()) if (file.text.includes('upgrade-insecure-requests')) return [];
  const located = new Map<string, string | undefined>();
  const givers = new Map<string, Site | undefined>();
  for (const { site, server } of sites) {
    if (server === undefined) continue;
    for (const written of foldersNamed(server.scope)) {
      if (!located.has(written)) located.set(written, folderOf(written, project));
      const folder = located.get(written);
      const secure = folder === undefined ? undefined : isSecure(site);
      if (folder === undefined || secure === undefined) continue;
      if (!secure || server.scope.holes.length > 0) givers.set(folder, undefined);
      else if (!givers.has(folder)) givers.set(folder, site);
    }
  }
  const { environment, dependencies } = project.paths;
  return [...givers].flatMap(([folder, site]) =>
    site === undefined
      ? []
      : addressesInPages(folder, environment.files, dependencies).flatMap(({ file, address }): InsecurePage[] =>
          address.own && !namesElsewhere(site.names)
            ? []
            : [{ place: { file, span: address.span }, url: address.url, own: address.own, site }],
        ),
  );
}
