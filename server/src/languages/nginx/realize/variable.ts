/** Owns the `map` blocks that define the variables which copied examples forget. */

import type { SourceFile } from '../../../files/store.ts';
import type { Safety } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import type { TextEdit } from '../../../text/edits.ts';
import type { NginxProject } from '../project.ts';
import { own, type Scope, scopesBelow } from '../scope.ts';
import { byFile, indentStep, linesAtStart, linesBefore } from './layout.ts';

export interface Definition {
  readonly title: string;
  /** Where its value should come from, as a sentence. */
  readonly what: string;
  readonly safety: Safety;
  readonly edits: () => readonly FileEdits[] | undefined;
}

/** The `http` block of a configuration. */
export function httpOf(project: NginxProject): Scope | undefined {
  return own(project.main, 'http')[0]?.scope;
}

/** Puts lines where `map` blocks belong: at the start of `http`, or above the first block of a part of `http`. */
export function insertInHttp(
  project: NginxProject,
  lines: (step: string) => readonly string[],
): { file: SourceFile; edit: TextEdit } | undefined {
  const http = httpOf(project);
  if (http !== undefined) {
    const opener = http.opener;
    const step = indentStep(opener === undefined ? [] : [opener.directive], opener?.file.text ?? '');
    return linesAtStart(http, lines(step));
  }
  if (project.role !== 'fragment') return undefined;
  const first = project.main.entries.find(
    (entry) =>
      entry.file === project.root &&
      (entry.directive.name.value === 'server' || entry.directive.name.value === 'upstream'),
  );
  if (first === undefined) return undefined;
  const items = project.files.get(project.root.id)?.trees[0]?.items ?? [];
  return {
    file: project.root,
    edit: linesBefore(project.root, first.directive, [...lines(indentStep(items, project.root.text)), '']),
  };
}

/** Whether requests to some upstream of the project reuse connections, which `Connection: close` would end. */
function reusesConnections(project: NginxProject): boolean {
  let known = reuse.get(project);
  if (known === undefined) {
    known = false;
    for (const scope of scopesBelow(project.main))
      known ||= scope.name === 'upstream' && own(scope, 'keepalive').length > 0;
    reuse.set(project, known);
  }
  return known;
}

/** The answer for each project: a large one may have thousands of fixes. */
const reuse = new WeakMap<NginxProject, boolean>();

/**
 * The lines of the documented `map` for `Connection` (docs, websocket.html). Where connections to an upstream are
 * reused, an ordinary request sends no `Connection` at all, since `close` would end them (docs, keepalive).
 */
export function upgradeMap(name: string, project: NginxProject, step: string, source = 'http_upgrade'): string[] {
  const ordinary = reusesConnections(project) ? "''" : 'close';
  return [`map $${source} $${name} {`, `${step}default upgrade;`, `${step}''      ${ordinary};`, '}'];
}

/** The variable for `Upgrade` that is empty for every protocol but WebSocket. */
export const WEBSOCKET_UPGRADE = 'websocket_upgrade';

/** The lines of the `map` that defines it. */
export function webSocketMap(step: string): string[] {
  return [
    `map $http_upgrade $${WEBSOCKET_UPGRADE} {`,
    `${step}default          '';`,
    `${step}~*^websocket$    websocket;`,
    '}',
  ];
}

export function insertUpgradeMap(
  name: string,
  project: NginxProject,
): { file: SourceFile; edit: TextEdit } | undefined {
  return insertInHttp(project, (step) => upgradeMap(name, project, step));
}

/** How to define a variable that well-known examples use. */
export function defineVariable(name: string, project: NginxProject): Definition | undefined {
  const insert = (lines: (step: string) => readonly string[]) => () => {
    const edit = insertInHttp(project, lines);
    return edit === undefined ? undefined : byFile([edit]);
  };
  if (/^(connection_upgrade|proxy_connection|http_connection_upgrade|connection_header)$/.test(name)) {
    return {
      title: `Define \`$${name}\` by the usual \`map\``,
      what: 'Its value usually comes from a `map` of `$http_upgrade` in `http`',
      safety: 'safe',
      edits: insert((step) => upgradeMap(name, project, step)),
    };
  }
  if (name === 'ssl_client_s_dn_cn') {
    return {
      title: 'Define `$ssl_client_s_dn_cn` by a `map` of `$ssl_client_s_dn`',
      what: 'No version of nginx has it; a `map` can take the common name out of `$ssl_client_s_dn`',
      safety: 'safe',
      edits: insert((step) => [
        'map $ssl_client_s_dn $ssl_client_s_dn_cn {',
        `${step}default "";`,
        `${step}"~(^|,)CN=(?<client_common_name>[^,]+)" $client_common_name;`,
        '}',
      ]),
    };
  }
  return undefined;
}
