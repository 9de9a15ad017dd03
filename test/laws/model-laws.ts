/** Owns the laws about what a fix does: the finding is gone, nothing new has come, and only what the remedy names has changed. */
import type { Model, Route, TlsEndpoint } from '../../server/src/model/model.ts';
import { endpointsOf, routesOf } from '../../server/src/model/model.ts';
import type { Fact, Place } from '../../server/src/model/origin.ts';
import type { Remedy } from '../../server/src/model/remedy.ts';
import type { RuleId } from '../../server/src/rules/ids.generated.ts';
import type { Finding } from '../../server/src/rules/rule.ts';
import type { Case } from './cases.ts';
import { comparable, levelsAround, passesOf } from './levels.ts';
import { editedFiles, type Law } from './text-laws.ts';

const RANK = { info: 0, warning: 1, error: 2 } as const;

/** Where an offset of the old text is in the new one. */
function moved(one: Case, { file, span }: Place): string {
  const edits = editedFiles(one).find(({ path }) => path === file)?.edits ?? [];
  const shift = edits
    .filter((edit) => edit.span.end <= span.start)
    .reduce((sum, edit) => sum + edit.newText.length - (edit.span.end - edit.span.start), 0);
  return `${file}:${span.start + shift}`;
}

/** The finding that offered the fix is not there any more, and there is one less of its rule. */
export const findingIsGone: Law = (one) => {
  const { rule, at } = one.finding;
  const left = one.after.findingsOf(rule);
  const sameMessage = left.filter(({ message }) => message === one.finding.message);
  const here = sameMessage.some((other) => `${other.at.file}:${other.at.span.start}` === moved(one, at));
  if (here) return [`${rule} is still reported`];
  return left.length < one.before.findingsOf(rule).length ? [] : [`as many findings of ${rule} as before`];
};

function counts(findings: readonly Finding[], least: Finding['severity']): Map<RuleId, number> {
  const out = new Map<RuleId, number>();
  for (const { rule, severity } of findings)
    if (RANK[severity] >= RANK[least] && rule !== 'suppression-unused') out.set(rule, (out.get(rule) ?? 0) + 1);
  return out;
}

/** A handshake that arrives is judged further: only then its Host counts, and the silence of the tunnel. */
const FOLLOWS: ReadonlyMap<RuleId, readonly RuleId[]> = new Map([
  [
    'websocket-upgrade-dropped',
    ['websocket-host-rewritten', 'websocket-idle-timeout-short', 'websocket-chain-idle-timeout'],
  ],
  [
    'websocket-http2-backend',
    ['websocket-host-rewritten', 'websocket-idle-timeout-short', 'websocket-chain-idle-timeout'],
  ],
]);

/**
 * No rule has more to say at the severity of the finding or above; what nginx or HAProxy refuse does not grow at all.
 * That a suppression has nothing left to suppress is no harm of a fix.
 */
export const nothingNew: Law = ({ before, after, finding }) => {
  const syntax = (all: readonly Finding[]) => all.filter(({ rule }) => rule === 'config-syntax');
  const had = counts(before.run.findings, finding.severity);
  const known = new Set(before.run.findings.map(({ message }) => message));
  // A line that is repeated with a fault in it repeats what was said of the fault.
  const fresh = new Set(after.run.findings.filter(({ message }) => !known.has(message)).map(({ rule }) => rule));
  const now = counts(after.run.findings, finding.severity);
  const grown = [...now].filter(
    ([rule, count]) =>
      count > (had.get(rule) ?? 0) && fresh.has(rule) && FOLLOWS.get(finding.rule)?.includes(rule) !== true,
  );
  const broken = syntax(after.run.findings).length > syntax(before.run.findings).length;
  return [...grown.map(([rule]) => `new: ${rule}`), ...(broken ? ['new problems of syntax'] : [])];
};

const fact = <T>(value: Fact<T>, text: (known: T) => string) => (value.known ? text(value.value) : 'unknown');

/** What of a route can be seen on the wire, by name. */
function routeFacts({ upgrade, idle, backendHttp, handshake }: Route): Record<string, string> {
  return {
    upgrade: fact(upgrade, ({ passes }) => `${passes}`),
    idle: fact(idle, ({ seconds }) => `${seconds}`),
    http: fact(backendHttp, (version) => version),
    host: fact(handshake.host, ({ kind }) => kind),
    asks: fact(handshake.alwaysAsks, String),
    others: fact(handshake.anyProtocol, String),
  };
}

function endpointFacts(endpoint: TlsEndpoint): Record<string, string> {
  return {
    listed: endpoint.listed.map(({ version }) => version).join(' '),
    versions: fact(endpoint.versions, (versions) => versions.join(' ')),
    files: endpoint.certificates
      .map(({ certificate, key }) => `${certificate.written} ${key?.written ?? ''}`)
      .join(', '),
  };
}

/** Routes whose order is what a fix changes are compared without it. */
const inOrder = (routes: readonly (readonly (string | undefined)[])[], rule: string) =>
  rule === 'websocket-route-shadowed' ? routes.map(String).sort() : routes;

/** What must not change at all: the sites, their names and listeners, and where requests go. Speaking TLS is a listener's change. */
function frame(model: Model, remedy: Remedy | undefined, rule: string): string {
  // A server that refuses unknown names comes last, and has none of its own.
  const sites = model.sites.filter(({ names }) => remedy?.kind !== 'refuse-unknown-names' || names.length > 0);
  return JSON.stringify(
    sites.map(({ names, listeners, endpoint, routes }) => ({
      names: names.map(({ name }) => name),
      // Caddy redirects by itself what no site listens for.
      listeners: (remedy?.kind === 'speak-tls' || (remedy?.kind === 'redirect-to-tls' && model.language === 'caddy')
        ? []
        : listeners
      ).map(({ port, tls }) => [fact(port, String), fact(tls, String)]),
      endpoint: endpoint?.side,
      routes: inOrder(
        routes.map(({ path, upstream }) => [path, comparable(upstream, rule)]),
        rule,
      ),
    })),
  );
}

/** The facts that a remedy is about, with what they must be afterwards; undefined allows any value. */
function wanted(remedy: Remedy, rule: string, language: string): Record<string, string | undefined> {
  switch (remedy.kind) {
    case 'forward-upgrade':
      return {
        upgrade: 'true',
        http: undefined,
        asks: undefined,
        others: remedy.only ? 'false' : undefined,
        // Apache's routes have a limit of silence once one of their lines says that WebSockets come.
        ...(language === 'apache' ? { idle: undefined } : {}),
      };
    case 'only-websocket':
      return { others: 'false' };
    case 'ask-when-asked':
      // In Caddy the lines are what showed that it is a WebSocket.
      if (language === 'caddy')
        return { asks: 'false', upgrade: undefined, idle: undefined, host: undefined, others: undefined };
      // HAProxy hands on what clients ask for by itself.
      return { asks: language === 'haproxy' ? 'false' : 'unknown' };
    case 'forward-host':
      // Apache and HAProxy pass on all of it, or nothing.
      return { host: remedy.port || language !== 'nginx' ? 'client' : 'without-port' };
    case 'set-idle-limit':
      return { idle: `${remedy.seconds}` };
    case 'use-http-1-1':
      // Over HTTP/2 there is no upgrade.
      return { http: '1.1', upgrade: undefined };
    case 'set-tls-versions':
      return { listed: undefined, versions: undefined };
    case 'name-file':
      return { files: undefined };
    case 'speak-tls':
    case 'refuse-handshakes':
    case 'refuse-unknown-names':
    case 'redirect-to-tls':
    case 'tell-early-data':
      return {};
    case 'edit':
      if (rule === 'haproxy-time-unit' || rule === 'config-directive-misplaced') return { idle: undefined };
      if (rule === 'config-undefined-variable') return { upgrade: undefined, others: undefined };
      // A version without a suite left is closed, one that gets some is open.
      if (/^tls-(weak-cipher|unknown-cipher|cipher-list-for-1-3|listener-unusable)$/.test(rule))
        return { versions: undefined };
      if (rule === 'tls-protocols-ignored') return { listed: undefined, versions: undefined };
      return rule.startsWith('certificate-') ? { files: undefined } : {};
  }
}

const samePlace = (a: Place | undefined, b: Place | undefined) =>
  a?.file === b?.file && a?.span.start === b?.span.start && a?.span.end === b?.span.end;

/** Whether a remedy for one route reaches another by the language's own rules: the same lines, or lines that are inherited. */
function sharesLines(route: Route, other: Route, { report, before }: Case): boolean {
  if (samePlace(route.place, other.place)) return true;
  if (report.project.language === 'apache') {
    // Lines share a worker where one address begins with the other; what stands outside of locations counts for the host.
    const siteOf = (one: Route) => report.project.model.sites.find(({ routes }) => routes.includes(one));
    return siteOf(route) === siteOf(other);
  }
  if (report.project.language === 'haproxy') {
    const siteOf = (one: Route) => report.project.model.sites.find(({ routes }) => routes.includes(one));
    return route.upstream === other.upstream || siteOf(route) === siteOf(other);
  }
  // Blocks in a location inherit from it.
  const passes = passesOf(before.texts, report.project.root);
  const levelsOf = ({ place }: Route) =>
    passes.filter(({ file, start }) => file === place.file && start === place.span.start).map(({ level }) => level);
  const locations = levelsOf(route).flatMap(
    (level) => levelsAround(level).find(({ name }) => name === 'location') ?? [],
  );
  return levelsOf(other).some((level) => levelsAround(level).some((each) => locations.includes(each)));
}

function reaches(remedy: Remedy, subject: Route | TlsEndpoint, one: Case): boolean {
  switch (remedy.kind) {
    case 'forward-upgrade':
    case 'forward-host':
    case 'set-idle-limit':
    case 'use-http-1-1':
      return 'upstream' in subject && sharesLines(remedy.route, subject, one);
    case 'set-tls-versions':
      return (
        'listed' in subject &&
        (subject === remedy.endpoint || samePlace(subject.listed[0]?.place, remedy.endpoint.listed[0]?.place))
      );
    case 'ask-when-asked':
    case 'only-websocket':
      // The line may count for all of them.
      return 'upstream' in subject;
    case 'name-file':
      return 'certificates' in subject;
    case 'speak-tls':
    case 'refuse-handshakes':
    case 'refuse-unknown-names':
    case 'redirect-to-tls':
    case 'tell-early-data':
      return false;
    case 'edit':
      return true;
  }
}

/** The model changes only where the remedy says, and there it does. */
export const onlyTheRemedyChanges: Law = (one) => {
  const { report, before, after, remedy, finding } = one;
  const { model } = report.project;
  const now = after.run.projects.find(({ project }) => project.root === model.root)?.project.model;
  if (now === undefined) return ['the project is gone'];
  // What could not be read has no model to compare with.
  if (finding.rule === 'config-syntax') return [];
  // This one is meant to change the path of a location.
  const moves = finding.rule === 'websocket-redirected';
  const [old, fresh] = [frame(model, remedy, finding.rule), frame(now, remedy, finding.rule)];
  if (!moves && old !== fresh) return [`other sites, listeners or routes:\n${old}\n${fresh}`];
  if (finding.rule === 'websocket-route-shadowed') return [];
  // The first fix that brings a missing `map` along decides for all who use its variable.
  const wasUndefined = before.findingsOf('config-undefined-variable').length > 0;
  const allowed = remedy === undefined ? {} : wanted(remedy, finding.rule, report.project.language);
  const subjects = [
    ...routesOf(model).map((route, i) => ({ subject: route, old: routeFacts(route), new: routesOf(now)[i] })),
    ...endpointsOf(model).map((end, i) => ({ subject: end, old: endpointFacts(end), new: endpointsOf(now)[i] })),
  ];
  return subjects.flatMap(({ subject, old, new: other }) => {
    const fresh = other === undefined ? {} : 'upstream' in other ? routeFacts(other) : endpointFacts(other);
    const touched = remedy !== undefined && reaches(remedy, subject, one);
    const target = remedy !== undefined && 'route' in remedy ? remedy.route === subject : false;
    return Object.entries(old).flatMap(([name, value]) => {
      const want = allowed[name];
      if (target && want !== undefined && fresh[name] !== want) return [`${subject.label}: ${name} is ${fresh[name]}`];
      const may =
        (touched && name in allowed) || (/^(upgrade|others)$/.test(name) && value === 'unknown' && wasUndefined);
      return fresh[name] === value || may ? [] : [`${subject.label}: ${name} was ${value}, is ${fresh[name]}`];
    });
  });
};
