/** Owns the edits that WebSocket routes need: parameters of `ProxyPass`, schemes of `RewriteRule`, `ProxyPreserveHost`. */
import { UPGRADE_SINCE } from '../../../facts/apache.ts';
import type { Route } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { atLeast } from '../../../model/target.ts';
import { membersOf } from '../lower/balancers.ts';
import { parseTimeout } from '../lower/idle.ts';
import { type Parameter, parameter, parametersOf } from '../lower/passes.ts';
import { engineOf } from '../lower/rewrites.ts';
import { isBalancer } from '../lower/worker-lines.ts';
import { type Entry, own, value } from '../scope.ts';
import type { RealizeContext } from './index.ts';
import { appendArg, byFile, linesAfter, linesBefore, type PlacedEdit, removeLines } from './layout.ts';

/** Writes a parameter: in the place of the last one of its name, or behind all others. */
function setParameter(entry: Entry, parameters: readonly Parameter[], name: string, text: string): PlacedEdit {
  const mine = parameter({ parameters }, name);
  const word = mine?.entry.directive.args[mine.index];
  return mine === undefined || word === undefined
    ? appendArg(entry, `${name}=${text}`)
    : { file: mine.entry.file, edit: { span: word.span, newText: `${name}=${text}` } };
}

export function forwardUpgrade(route: Route, context: RealizeContext): FileEdits[] | undefined {
  const source = context.routeSource(route);
  if (source === undefined || !route.upgrade.known) return undefined;
  const { losses } = route.upgrade.value;
  const deleted = losses.filter(({ kind }) => kind === 'deleted');
  const edits: PlacedEdit[] = deleted.flatMap(({ place }) => {
    const entry = context.project.scopes
      .flatMap((scope) => own(scope, 'requestheader'))
      .find((one) => one.file.id === place.file && one.directive.head.start === place.span.start);
    return entry === undefined ? [] : [removeLines(entry)];
  });
  if (losses.length > deleted.length) {
    const more = source.pass === undefined ? rewriteEdits(source, context) : passEdits(source, context);
    if (more === undefined) return undefined;
    edits.push(...more);
  }
  return byFile(edits);
}

type Source = NonNullable<ReturnType<RealizeContext['routeSource']>>;

function passEdits({ pass, server, worker }: Source, { project }: RealizeContext): PlacedEdit[] | undefined {
  if (pass === undefined || atLeast(project.paths.environment.target, 'apache', UPGRADE_SINCE) === false)
    return undefined;
  if (/^h2c?:/i.test(pass.url)) return undefined;
  if (isBalancer(pass.url)) return memberEdits(pass.url, server);
  // Where several lines share a worker, the line that opened it is the one that counts.
  const counts = worker ?? { entry: pass.entry, parameters: pass.parameters };
  return [setParameter(counts.entry, counts.parameters, 'upgrade', 'websocket')];
}

function memberEdits(url: string, server: Source['server']): PlacedEdit[] | undefined {
  return membersOf(url, server)
    ?.filter(
      (member) => !/^wss?:/i.test(member.url) && !/^(websocket|any)$/i.test(parameter(member, 'upgrade')?.value ?? ''),
    )
    .map((member) => setParameter(member.entry, member.parameters, 'upgrade', 'websocket'));
}

function rewriteEdits({ rewrite, server }: Source, { project }: RealizeContext): PlacedEdit[] | undefined {
  if (rewrite === undefined) return undefined;
  const { entry, scope, target, conditions } = rewrite;
  const first = conditions[0]?.entry ?? entry;
  if (scope !== server.scope || (scope === project.main && project.scopes.some(({ key }) => key === 'virtualhost')))
    return undefined;
  if (engineOf(server) === false) {
    const off = own(scope, 'rewriteengine').at(-1);
    const word = off?.directive.args[0];
    if (off !== undefined && word !== undefined) return [{ file: off.file, edit: { span: word.span, newText: 'On' } }];
    return [linesBefore(first, ['RewriteEngine On'])];
  }
  if (isBalancer(target)) return memberEdits(target, server);
  const word = entry.directive.args[1];
  const raw = word === undefined ? '' : entry.file.text.slice(word.span.start, word.span.end);
  const at = raw.search(/http/i);
  if (word === undefined || at < 0 || at > 1) return undefined;
  const secure = /^https/i.test(target);
  const start = word.span.start + at;
  return [
    { file: entry.file, edit: { span: { start, end: start + (secure ? 5 : 4) }, newText: secure ? 'wss' : 'ws' } },
  ];
}

export function onlyWebSocket(route: Route, context: RealizeContext): FileEdits[] | undefined {
  const { pass, worker } = context.routeSource(route) ?? {};
  const counts = worker ?? pass;
  if (counts === undefined || parameter(counts, 'upgrade') === undefined) return undefined;
  return byFile([setParameter(counts.entry, counts.parameters, 'upgrade', 'websocket')]);
}

export function setIdleLimit(route: Route, seconds: number, context: RealizeContext): FileEdits[] | undefined {
  const source = context.routeSource(route);
  if (source === undefined) return undefined;
  const { pass, rewrite, server, worker } = source;
  const address = pass?.url ?? rewrite?.target ?? '';
  if (isBalancer(address)) {
    const short = membersOf(address, server)?.filter(
      (member) => (parseTimeout(parameter(member, 'timeout')?.value ?? '') ?? 0) < seconds,
    );
    return short?.length
      ? byFile(short.map((member) => setParameter(member.entry, member.parameters, 'timeout', `${seconds}`)))
      : undefined;
  }
  if (pass !== undefined && !pass.url.includes('$')) {
    const counts = worker ?? { entry: pass.entry, parameters: pass.parameters };
    return byFile([setParameter(counts.entry, counts.parameters, 'timeout', `${seconds}`)]);
  }
  const entry = pass?.entry ?? rewrite?.entry;
  if (
    entry === undefined ||
    [...parametersOf(entry, 0), ...(worker?.parameters ?? [])].some(({ name }) => name === 'timeout')
  )
    return undefined;
  const written = own(source.server.scope, 'proxytimeout').at(-1);
  const word = written?.directive.args[0];
  if (written !== undefined && word !== undefined) {
    return byFile([{ file: written.file, edit: { span: word.span, newText: `${seconds}` } }]);
  }
  const anchor = entry.scope === undefined && entry.directive.section === undefined ? entry : undefined;
  return anchor === undefined ? undefined : byFile([linesAfter(anchor, [`ProxyTimeout ${seconds}`])]);
}

/** The nearest line of the server is rewritten; without one a line goes before the first `ProxyPass`. */
export function forwardHost(route: Route, context: RealizeContext): FileEdits[] | undefined {
  const source = context.routeSource(route);
  const entry = source?.pass?.entry ?? source?.rewrite?.conditions[0]?.entry ?? source?.rewrite?.entry;
  if (source === undefined || entry === undefined) return undefined;
  const level = source.pass?.scope ?? source.server.scope;
  for (const scope of new Set([level, source.server.scope])) {
    const line = own(scope, 'proxypreservehost').at(-1);
    const word = line?.directive.args[0];
    if (line !== undefined && word !== undefined && value(line)?.toLowerCase() !== 'on')
      return byFile([{ file: line.file, edit: { span: word.span, newText: 'On' } }]);
  }
  return byFile([linesBefore(entry, ['ProxyPreserveHost On'])]);
}
