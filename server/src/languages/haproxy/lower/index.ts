/** Owns lowering a parsed HAProxy configuration into the model, with what realizers and hovers need of its making. */
import type { FileId } from '../../../files/host.ts';
import type { FileUse, Model, Unseen } from '../../../model/model.ts';
import type { Target } from '../../../model/target.ts';
import type { PathContext } from '../paths.ts';
import { PRODUCT } from '../product.ts';
import { comparePlaces, isDisabled, type ProxySection, placeOf, proxiesOf } from '../proxies.ts';
import { alwaysIn, statementsOf } from '../syntax/query.ts';
import type { Tree, Whole } from '../syntax/tree.ts';
import { authorityProblems } from './authorities.ts';
import { filesOf } from './certificates.ts';
import { unknownAcls } from './conditions.ts';
import { entryUse, listOf, type ReadList } from './crt-lists.ts';
import { hopsOf } from './hops.ts';
import { misplacedTimeouts } from './misplaced.ts';
import { missingSections } from './missing.ts';
import { obsoleteOf } from './obsolete.ts';
import { problemsOf } from './problems.ts';
import { choices, isDynamic, routesOfProxy, type SourcedRoute } from './routes.ts';
import { type SourcedSite, sitesOf } from './sites.ts';
import { spoofableOf } from './spoofable.ts';
import { loadedFiles, missingLoads } from './stores.ts';
import { unitlessTimes } from './times.ts';
import { versionFlags } from './version-flags.ts';

export interface Lowered {
  readonly model: Model;
  readonly whole: Whole;
  readonly target: Target;
  readonly proxies: readonly ProxySection[];
  readonly routes: readonly SourcedRoute[];
  readonly sites: readonly SourcedSite[];
  /** The `crt-list` files that it names. */
  readonly lists: readonly ReadList[];
  readonly files: readonly FileUse[];
}

/** What of a frontend cannot be judged: where it leads to, and certificates in lists that cannot be read. */
function unseenOf(proxy: ProxySection, backends: ReadonlyMap<string, ProxySection>, context: PathContext): Unseen[] {
  const dynamic = choices(proxy).flatMap((line) => {
    if (isDynamic(line))
      return [{ place: placeOf(line), what: 'the back ends that this line makes up for each request' }];
    const name = line.words[1]?.value ?? '';
    return backends.has(name)
      ? []
      : [{ place: placeOf(line), what: `backend ${name}, which is in none of the files seen` }];
  });
  const binds = statementsOf(proxy.section, 'bind').flatMap((statement) => {
    if (!alwaysIn(proxy.section, statement))
      return [{ place: placeOf(statement), what: 'a listener in an `.if` block' }];
    const lists = filesOf(statement, context).filter(({ setting }) => setting === 'crt-list');
    return lists
      .filter((list) => listOf(list, context) === undefined)
      .map(({ place, written }) => ({ place, what: `the certificates that crt-list ${written} names` }));
  });
  return [...dynamic, ...binds];
}

/** What `global` says of `bind` lines counts for those behind it (src/ssl_sock.c, bind_parse_ssl; seen with 2.6, 3.0 and 3.2). */
function contextsOf(context: PathContext): (proxy: ProxySection) => PathContext {
  const { sections } = context.whole;
  const last = sections.findLastIndex(({ kind }) => kind === 'global');
  if (last <= sections.findIndex(({ kind }) => kind === 'frontend' || kind === 'listen')) return () => context;
  return ({ section }) => ({ ...context, whole: { sections: sections.slice(0, sections.indexOf(section)) } });
}

/** Lowers a configuration. `role` says whether other files may hold the rest of it. */
export function lower(trees: readonly Tree[], role: Model['role'], context: PathContext): Lowered {
  const { root, environment, whole } = context;
  const { target } = environment;
  const part = role === 'fragment';
  const isAll = environment.together?.whole === true && !part;
  const proxies = proxiesOf(whole, part);
  const backends = new Map(proxies.filter(({ kind }) => kind !== 'frontend').map((proxy) => [proxy.name, proxy]));
  const fronts = proxies.filter((proxy) => proxy.kind !== 'backend' && !isDisabled(proxy));
  const routes = new Map(fronts.map((proxy) => [proxy, routesOfProxy(proxy, backends, context)]));
  const contextAt = contextsOf(context);
  const sites = fronts.flatMap((proxy) => {
    const allSeen = choices(proxy).every((line) => !isDynamic(line) && backends.has(line.words[1]?.value ?? ''));
    const before = contextAt(proxy);
    return sitesOf(proxy, routes.get(proxy) ?? [], before, part, {
      context: before,
      backends,
      allSeen: allSeen && !part,
    });
  });
  const uses = [
    ...whole.sections.flatMap(({ statements }) => statements.flatMap((one) => filesOf(one, context))),
    ...loadedFiles(context),
  ];
  const lists = new Map<FileId, ReadList>();
  for (const named of uses) {
    const list = listOf(named, context);
    if (list !== undefined) lists.set(list.file.id, list);
  }
  const model: Model = {
    language: 'haproxy',
    product: PRODUCT,
    root,
    role,
    target,
    sites: sites.map(({ site }) => site),
    spoofable: spoofableOf(fronts, [...routes.values()].flat(), whole, trees),
    hops: hopsOf(proxies, context, part),
    obsolete: [...obsoleteOf(whole, target), ...versionFlags(whole, target)].sort((a, b) =>
      comparePlaces(a.place, b.place),
    ),
    unitlessTimes: unitlessTimes(whole),
    problems: [
      ...problemsOf(whole, trees),
      ...authorityProblems(proxies, context, part),
      ...misplacedTimeouts(proxies, backends, whole),
      ...unknownAcls(whole, proxies),
      ...missingLoads(whole, isAll),
      // One file may be one of several; several that are known to be read together are all.
      ...(isAll ? missingSections(whole, proxies) : []),
    ].sort((a, b) => comparePlaces(a.place, b.place)),
    unseen: fronts.flatMap((proxy) => unseenOf(proxy, backends, context)),
  };
  return {
    model,
    whole,
    target,
    proxies,
    routes: [...routes.values()].flat(),
    sites,
    lists: [...lists.values()],
    files: [
      ...uses,
      ...[...lists.values()].flatMap((list) => list.entries.flatMap((entry) => entryUse(entry, list, context) ?? [])),
    ],
  };
}
