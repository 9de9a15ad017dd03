/** Owns lowering a parsed HAProxy configuration into the model, with what realizers and hovers need of its making. */
import type { FileId } from '../../../files/host.ts';
import type { FileUse, Model, Unseen } from '../../../model/model.ts';
import type { Target } from '../../../model/target.ts';
import type { PathContext } from '../paths.ts';
import { PRODUCT } from '../product.ts';
import { isDisabled, type ProxySection, proxiesOf } from '../proxies.ts';
import { alwaysIn, statementsOf } from '../syntax/query.ts';
import type { Tree } from '../syntax/tree.ts';
import { authorityProblems } from './authorities.ts';
import { filesOf } from './certificates.ts';
import { unknownAcls } from './conditions.ts';
import { entryUse, listOf, type ReadList } from './crt-lists.ts';
import { hopsOf } from './hops.ts';
import { misplacedTimeouts } from './misplaced.ts';
import { obsoleteOf } from './obsolete.ts';
import { problemsOf } from './problems.ts';
import { choices, isDynamic, routesOfProxy, type SourcedRoute } from './routes.ts';
import { type SourcedSite, sitesOf } from './sites.ts';
import { spoofableOf } from './spoofable.ts';
import { unitlessTimes } from './times.ts';
import { versionFlags } from './version-flags.ts';

export interface Lowered {
  readonly model: Model;
  readonly tree: Tree;
  readonly file: FileId;
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
  const at = (span: Unseen['place']['span'], what: string): Unseen => ({ place: { file: proxy.file, span }, what });
  const dynamic = choices(proxy).flatMap((line) => {
    if (isDynamic(line)) return [at(line.span, 'the back ends that this line makes up for each request')];
    const name = line.words[1]?.value ?? '';
    return backends.has(name) ? [] : [at(line.span, `backend ${name}, which is not in this file`)];
  });
  const binds = statementsOf(proxy.section, 'bind').flatMap((statement) => {
    if (!alwaysIn(proxy.section, statement)) return [at(statement.span, 'a listener in an `.if` block')];
    const lists = filesOf(statement, context).filter(({ setting }) => setting === 'crt-list');
    return lists
      .filter((list) => listOf(list, context) === undefined)
      .map(({ place, written }) => at(place.span, `the certificates that crt-list ${written} names`));
  });
  return [...dynamic, ...binds];
}

/** Lowers one file. `role` says whether other files may hold the rest of the configuration. */
export function lower(tree: Tree, role: Model['role'], context: PathContext): Lowered {
  const { root: file, environment } = context;
  const { target } = environment;
  const part = role === 'fragment';
  const proxies = proxiesOf(tree, file, part);
  const backends = new Map(proxies.filter(({ kind }) => kind !== 'frontend').map((proxy) => [proxy.name, proxy]));
  const fronts = proxies.filter((proxy) => proxy.kind !== 'backend' && !isDisabled(proxy));
  const routes = new Map(fronts.map((proxy) => [proxy, routesOfProxy(proxy, backends, context)]));
  const sites = fronts.flatMap((proxy) => {
    const allSeen = choices(proxy).every((line) => !isDynamic(line) && backends.has(line.words[1]?.value ?? ''));
    return sitesOf(proxy, routes.get(proxy) ?? [], context, part, {
      tree,
      context,
      backends,
      allSeen: allSeen && !part,
    });
  });
  const uses = tree.sections.flatMap(({ statements }) => statements.flatMap((one) => filesOf(one, context)));
  const lists = new Map<FileId, ReadList>();
  for (const named of uses) {
    const list = listOf(named, context);
    if (list !== undefined) lists.set(list.file.id, list);
  }
  const model: Model = {
    language: 'haproxy',
    product: PRODUCT,
    root: file,
    role,
    target,
    sites: sites.map(({ site }) => site),
    spoofable: spoofableOf(fronts, [...routes.values()].flat(), tree),
    hops: hopsOf(proxies, context, part),
    obsolete: [...obsoleteOf(tree, file, target), ...versionFlags(tree, file, target)].sort(
      (a, b) => a.place.span.start - b.place.span.start,
    ),
    unitlessTimes: unitlessTimes(tree, file),
    problems: [
      ...problemsOf(tree, file),
      ...authorityProblems(proxies, context, part),
      ...misplacedTimeouts(proxies, backends, tree),
      ...unknownAcls(tree, proxies, file),
    ].sort((a, b) => a.place.span.start - b.place.span.start),
    unseen: fronts.flatMap((proxy) => unseenOf(proxy, backends, context)),
  };
  return {
    model,
    tree,
    file,
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
