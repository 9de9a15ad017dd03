/** Owns HAProxy as a language: claims its files, and loads one as a project. HAProxy has no includes, so a file is a project. */
import type { FileId } from '../../files/host.ts';
import { noDependencies, type SourceFile } from '../../files/store.ts';
import type { Model } from '../../model/model.ts';
import type { Environment, Language, Link, LoadedProject } from '../language.ts';
import { claim, looksLikeTemplate } from './claim.ts';
import { routeAddresses } from './lower/addresses.ts';
import { type Lowered, lower } from './lower/index.ts';
import { patternFiles } from './lower/pattern-files.ts';
import { nameAt } from './names.ts';
import { PRODUCT } from './product.ts';
import { realize } from './realize/index.ts';
import { foldsOf, spansAround } from './shape.ts';
import { subjectAt, symbolsOf } from './subjects.ts';
import { parse } from './syntax/parser.ts';
import type { Tree } from './syntax/tree.ts';

const trees = new WeakMap<SourceFile, Tree>();

function treeOf(file: SourceFile): Tree {
  let tree = trees.get(file);
  if (tree === undefined) {
    tree = parse(file.text);
    trees.set(file, tree);
  }
  return tree;
}

/** The model of a template: nothing can be said of what it becomes. */
function templateModel(root: FileId, { target }: Environment): Model {
  const place = { file: root, span: { start: 0, end: 0 } };
  const unseen = [{ place, what: 'what this template becomes' }];
  return {
    language: 'haproxy',
    product: PRODUCT,
    root,
    role: 'fragment',
    target,
    sites: [],
    spoofable: [],
    hops: [],
    obsolete: [],
    problems: [],
    unseen,
  };
}

function load(root: FileId, environment: Environment): LoadedProject | undefined {
  const dependencies = noDependencies();
  const opened = environment.files.open(root, dependencies);
  if (!opened.ok) return undefined;
  const { file } = opened;
  const tree = treeOf(file);
  const role = claim(root, () => file.text) === 'fragment' ? 'fragment' : 'root';
  const context = { environment, dependencies, root, tree };
  const lowered = looksLikeTemplate(file.text) ? undefined : lower(tree, role, context);

  const lists = lowered?.lists ?? [];
  const links = ({ files }: Lowered, asked: FileId): Link[] => {
    const patterns =
      asked === root
        ? tree.sections.flatMap(({ statements }) => statements.flatMap((one) => patternFiles(one, context)))
        : [];
    const named = files.flatMap(({ place, file: target }) =>
      place.file === asked ? [{ span: place.span, file: target }] : [],
    );
    return [...named, ...patterns].flatMap(({ span, file: target }) => {
      const there = target.known && environment.files.open(target.value, dependencies).ok;
      return there ? [{ span, target: target.value }] : [];
    });
  };
  return {
    language: 'haproxy',
    root,
    model: lowered?.model ?? templateModel(root, environment),
    files: [file, ...lists.map((list) => list.file)],
    dependencies,
    comments: (asked) =>
      asked === root ? tree.comments : (lists.find((list) => list.file.id === asked)?.comments ?? []),
    realize: (remedy) => (lowered === undefined ? undefined : realize(remedy, lowered)),
    addressesOf: (route) => (lowered === undefined ? undefined : routeAddresses(route, lowered)),
    subjectAt: (asked, offset) => (lowered === undefined ? undefined : subjectAt(lowered, asked, offset)),
    nameAt: (asked, offset) =>
      asked === root ? nameAt(tree, lowered?.proxies ?? [], root, offset, role === 'fragment') : undefined,
    foldsOf: (asked) => (asked === root ? foldsOf(file, tree) : []),
    spansAround: (asked, offset) => (asked === root ? spansAround(tree, offset) : []),
    links: (asked) => (lowered === undefined ? [] : links(lowered, asked)),
    symbols: (asked) => (asked === root && lowered !== undefined ? symbolsOf(lowered) : []),
    fileUses: () => lowered?.files ?? [],
  };
}

export const haproxy: Language = { id: 'haproxy', claim, load };
