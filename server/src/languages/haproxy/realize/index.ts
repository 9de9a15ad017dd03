/** Owns the realizers: each remedy as the smallest edit of a HAProxy configuration. */
import type { FileUse, Route } from '../../../model/model.ts';
import type { FileEdits, Remedy } from '../../../model/remedy.ts';
import type { Target } from '../../../model/target.ts';
import type { TextEdit } from '../../../text/edits.ts';
import { insertSetting, removeLine, removeWords, replaceWord } from '../edits.ts';
import { ONLY_WEBSOCKET } from '../lower/handshake.ts';
import type { Lowered } from '../lower/index.ts';
import { entrySettings } from '../lower/list-endpoints.ts';
import type { SourcedRoute } from '../lower/routes.ts';
import { http2Parameter, type ServerParameter, serversOf } from '../lower/servers.ts';
import { writeTime } from '../lower/time.ts';
import { timeoutOf } from '../lower/timeouts.ts';
import { findAt, statementsOf } from '../syntax/query.ts';
import { writeWord } from '../syntax/words.ts';
import { askWhenAsked, forwardHost } from './headers.ts';
import { refuseUnknownNames, speakTls } from './listeners.ts';
import { addRules, REDIRECT_TO_TLS } from './rules.ts';
import { setVersions } from './versions.ts';

type Edits = readonly TextEdit[] | undefined;

function setIdleLimit({ backend }: SourcedRoute, seconds: number, { tree }: Lowered): Edits {
  // `timeout tunnel` takes effect in the back end; in a frontend HAProxy ignores it (manual, "timeout tunnel").
  if (backend === undefined || !Number.isFinite(seconds)) return undefined;
  const current = timeoutOf(backend, 'tunnel');
  if (
    current.kind === 'unknown' &&
    statementsOf(backend.section, 'timeout').some(({ words }) => words[1]?.value === 'tunnel')
  )
    return undefined;
  const value = current.kind === 'set' && current.section === backend.section ? current.statement.words[2] : undefined;
  return [
    value === undefined
      ? insertSetting(tree, backend.section, `timeout tunnel ${writeTime(seconds)}`)
      : replaceWord(value, writeTime(seconds)),
  ];
}

/** Takes away the lines that lose the upgrade. */
function forwardUpgrade({ route }: SourcedRoute, { tree }: Lowered): Edits {
  if (!route.upgrade.known || route.upgrade.value.losses.length === 0) return undefined;
  const edits = route.upgrade.value.losses.map(({ place }) => {
    const statement = findAt(tree, place.span.start)?.statement;
    return statement === undefined ? undefined : removeLine(tree.text, statement);
  });
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

/** Takes HTTP/2 away from one `server` or `default-server` line. */
function withoutHttp2({ name, value, statement }: ServerParameter): TextEdit | undefined {
  if (name.value === 'alpn') return value === undefined ? undefined : replaceWord(value, 'http/1.1');
  const at = statement.words.indexOf(name);
  return removeWords(statement, at, value === undefined ? at + 1 : at + 2);
}

function useHttp11({ backend }: SourcedRoute, target: Target): Edits {
  if (backend === undefined) return undefined;
  const parameters = serversOf(backend)
    .map((server) => http2Parameter(server, target))
    .filter((parameter) => parameter !== undefined);
  // What stands in `defaults` is for other back ends, too.
  if (parameters.length === 0 || parameters.some(({ section }) => section !== backend.section)) return undefined;
  const distinct = parameters.filter(({ name }, i) => parameters.findIndex((other) => other.name === name) === i);
  const edits = distinct.map(withoutHttp2);
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

function nameFile(use: FileUse, path: string, { tree, file, lists }: Lowered): Edits {
  if (use.place.file !== file) {
    // A `crt-list` has no quotes: white space and brackets cannot be written there.
    const words = lists.find((list) => list.file.id === use.place.file)?.entries.map((entry) => entry.certificate);
    const word = words?.find(({ span }) => span.start === use.place.span.start);
    return word?.value === use.written && !/[\s[\]]/.test(path) ? [replaceWord(word, path)] : undefined;
  }
  const word = findAt(tree, use.place.span.start)?.word;
  return word !== undefined && word.span.start === use.place.span.start && word.value === use.written
    ? [replaceWord(word, writeWord(path))]
    : undefined;
}

/** The smallest edit that makes a remedy true, or undefined when there is none that is clean. */
export function realize(remedy: Remedy, lowered: Lowered): readonly FileEdits[] | undefined {
  const { file, target } = lowered;
  const inFile = (edits: Edits): readonly FileEdits[] | undefined =>
    edits === undefined ? undefined : [{ file, edits }];
  const ofRoute = (route: Route, make: (source: SourcedRoute) => Edits) => {
    const source = lowered.routes.find((one) => one.route === route);
    return source === undefined ? undefined : inFile(make(source));
  };
  switch (remedy.kind) {
    case 'speak-tls':
      return inFile(remedy.listener === undefined ? undefined : speakTls(remedy.listener, lowered));
    case 'refuse-unknown-names':
      return inFile(refuseUnknownNames(remedy.site, lowered));
    case 'redirect-to-tls': {
      const proxy = lowered.sites.find(({ site }) => site === remedy.site)?.proxy;
      return proxy === undefined ? undefined : addRules(proxy, lowered.tree, [REDIRECT_TO_TLS]);
    }
    case 'refuse-handshakes':
    case 'tell-early-data':
      return undefined;
    case 'edit':
      return remedy.edits();
    case 'set-idle-limit':
      return ofRoute(remedy.route, (source) => setIdleLimit(source, remedy.seconds, lowered));
    case 'forward-upgrade':
      // HAProxy passes any upgrade on; a condition on the protocol is the user's own to write.
      return remedy.only ? undefined : ofRoute(remedy.route, (source) => forwardUpgrade(source, lowered));
    case 'use-http-1-1':
      return ofRoute(remedy.route, (source) => useHttp11(source, target));
    case 'set-tls-versions': {
      const source = lowered.sites.find(({ endpoint }) => endpoint?.endpoint === remedy.endpoint)?.endpoint;
      if (source === undefined) return undefined;
      const edits = setVersions(source, remedy.versions, lowered.tree);
      const inList = source.entry !== undefined && entrySettings(source.entry).settings.length > 0;
      return edits === undefined ? undefined : [{ file: inList ? source.endpoint.place.file : file, edits }];
    }
    case 'forward-host':
      return ofRoute(remedy.route, (source) => forwardHost(source, lowered));
    case 'ask-when-asked':
      return ofRoute(remedy.route, (source) => askWhenAsked(source, lowered));
    case 'only-websocket': {
      const frontend = lowered.routes.find((one) => one.route === remedy.route)?.frontend;
      return frontend === undefined ? undefined : addRules(frontend, lowered.tree, [ONLY_WEBSOCKET]);
    }
    case 'name-file': {
      const edits = nameFile(remedy.use, remedy.path, lowered);
      return edits === undefined ? undefined : [{ file: remedy.use.place.file, edits }];
    }
  }
}
