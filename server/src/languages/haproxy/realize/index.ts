/** Owns the realizers: each remedy as the smallest edit of a HAProxy configuration. */
import type { FileUse, Route } from '../../../model/model.ts';
import type { FileEdits, Remedy } from '../../../model/remedy.ts';
import type { Target } from '../../../model/target.ts';
import type { TextEdit } from '../../../text/edits.ts';
import { byFile, insertSetting, removeLine, removeWords, replaceWord } from '../edits.ts';
import { ONLY_WEBSOCKET } from '../lower/handshake.ts';
import type { Lowered } from '../lower/index.ts';
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

type Edits = readonly FileEdits[] | undefined;

function setIdleLimit({ backend }: SourcedRoute, seconds: number, { whole }: Lowered): Edits {
  // `timeout tunnel` takes effect in the back end; in a frontend HAProxy ignores it (manual, "timeout tunnel").
  if (backend === undefined || !Number.isFinite(seconds)) return undefined;
  const current = timeoutOf(backend, 'tunnel');
  if (
    current.kind === 'unknown' &&
    statementsOf(backend.section, 'timeout').some(({ words }) => words[1]?.value === 'tunnel')
  )
    return undefined;
  const value = current.kind === 'set' && current.section === backend.section ? current.statement.words[2] : undefined;
  const edit =
    value === undefined
      ? insertSetting(whole, backend.section, `timeout tunnel ${writeTime(seconds)}`)
      : replaceWord(value, writeTime(seconds));
  return [{ file: backend.file, edits: [edit] }];
}

/** Takes away the lines that lose the upgrade. */
function forwardUpgrade({ route }: SourcedRoute, { whole }: Lowered): Edits {
  if (!route.upgrade.known || route.upgrade.value.losses.length === 0) return undefined;
  const edits = route.upgrade.value.losses.map(({ place: { file, span } }) => {
    const statement = findAt(whole, { file, offset: span.start })?.statement;
    return statement === undefined ? undefined : { file, edit: removeLine(statement) };
  });
  return edits.every((edit) => edit !== undefined) ? byFile(edits) : undefined;
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
  return edits.every((edit) => edit !== undefined) ? [{ file: backend.file, edits }] : undefined;
}

function nameFile({ place, written }: FileUse, path: string, { whole, lists }: Lowered): Edits {
  const { file, span } = place;
  const list = lists.find((one) => one.file.id === file);
  // A `crt-list` has no quotes: white space and brackets cannot be written there.
  if (list !== undefined && /[\s[\]]/.test(path)) return undefined;
  const word =
    list === undefined
      ? findAt(whole, { file, offset: span.start })?.word
      : list.entries.find(({ certificate }) => certificate.span.start === span.start)?.certificate;
  return word !== undefined && word.span.start === span.start && word.value === written
    ? [{ file, edits: [replaceWord(word, list === undefined ? writeWord(path) : path)] }]
    : undefined;
}

/** The smallest edit that makes a remedy true, or undefined when there is none that is clean. */
export function realize(remedy: Remedy, lowered: Lowered): readonly FileEdits[] | undefined {
  const { target } = lowered;
  const ofRoute = (route: Route, make: (source: SourcedRoute) => Edits) => {
    const source = lowered.routes.find((one) => one.route === route);
    return source === undefined ? undefined : make(source);
  };
  switch (remedy.kind) {
    case 'speak-tls':
      return remedy.listener === undefined ? undefined : speakTls(remedy.listener, lowered);
    case 'refuse-unknown-names':
      return refuseUnknownNames(remedy.site, lowered);
    case 'redirect-to-tls': {
      const proxy = lowered.sites.find(({ site }) => site === remedy.site)?.proxy;
      return proxy === undefined ? undefined : addRules(proxy, lowered.whole, [REDIRECT_TO_TLS]);
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
      return source === undefined ? undefined : setVersions(source, remedy.versions, lowered.whole);
    }
    case 'forward-host':
      return ofRoute(remedy.route, forwardHost);
    case 'ask-when-asked':
      return ofRoute(remedy.route, askWhenAsked);
    case 'only-websocket': {
      const frontend = lowered.routes.find((one) => one.route === remedy.route)?.frontend;
      return frontend === undefined ? undefined : addRules(frontend, lowered.whole, [ONLY_WEBSOCKET]);
    }
    case 'name-file':
      return nameFile(remedy.use, remedy.path, lowered);
  }
}
