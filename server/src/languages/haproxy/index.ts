/** Owns HAProxy as a language: claims its files, and loads one, or those that are read together, as a project. */
import type { FileId } from '../../files/host.ts';
import { type Dependencies, noDependencies, type SourceFile } from '../../files/store.ts';
import type { Model } from '../../model/model.ts';
import type { Environment, Language, Link, LoadedProject } from '../language.ts';
import { decideArms } from './arms.ts';
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
import type { Tree, Whole } from './syntax/tree.ts';
import { together } from './together/index.ts';

const trees = new WeakMap<SourceFile, Tree>();

function treeOf(file: SourceFile): Tree {
  let tree = trees.get(file);
  if (tree === undefined) {
    tree = parse(file.text, file.id);
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

/** The files of a configuration that can be read, in HAProxy's order, and whether nothing of it is missing. */
interface Read {
  readonly trees: readonly Tree[];
  readonly files: readonly SourceFile[];
  readonly whole: boolean;
}

function read(root: FileId, { files, together }: Environment, dependencies: Dependencies): Read | undefined {
  const opened = (together?.files ?? [root]).map((path) => files.open(path, dependencies));
  const found = opened.flatMap((one) => (one.ok ? [one.file] : []));
  const first = found.find(({ id }) => id === root);
  if (first === undefined) return undefined;
  const plain = found.filter(({ text }) => !looksLikeTemplate(text));
  const isAll = together === undefined ? claim(root, () => first.text) !== 'fragment' : together.whole;
  return { trees: plain.map(treeOf), files: found, whole: isAll && plain.length === opened.length };
}

function load(root: FileId, environment: Environment): LoadedProject | undefined {
  const dependencies = noDependencies();
  const got = read(root, environment, dependencies);
  if (got === undefined) return undefined;
  const trees = got.trees.map((tree) => decideArms(tree, environment.target));
  const [only, ...more] = trees;
  const whole: Whole =
    more.length === 0 && only !== undefined ? only : { sections: trees.flatMap((one) => one.sections) };
  const context = { environment, dependencies, root, whole };
  const lowered = only === undefined ? undefined : lower(trees, got.whole ? 'root' : 'fragment', context);

  const lists = lowered?.lists ?? [];
  // A template's comments are comments, too.
  const treeAt = (asked: FileId) => {
    const file = got.files.find(({ id }) => id === asked);
    return file === undefined ? undefined : treeOf(file);
  };
  const links = ({ files }: Lowered, asked: FileId): Link[] => {
    const patterns = (treeAt(asked)?.sections ?? []).flatMap(({ statements }) =>
      statements.flatMap((one) => patternFiles(one, context)),
    );
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
    files: [...got.files, ...lists.map((list) => list.file)],
    dependencies,
    comments: (asked) => treeAt(asked)?.comments ?? lists.find((list) => list.file.id === asked)?.comments ?? [],
    realize: (remedy) => (lowered === undefined ? undefined : realize(remedy, lowered)),
    addressesOf: (route) => (lowered === undefined ? undefined : routeAddresses(route, lowered)),
    subjectAt: (asked, offset) => (lowered === undefined ? undefined : subjectAt(lowered, asked, offset)),
    nameAt: (file, offset) => nameAt(whole, lowered?.proxies ?? [], { file, offset }, !got.whole),
    foldsOf(asked) {
      const tree = treeAt(asked);
      const file = got.files.find(({ id }) => id === asked);
      return tree === undefined || file === undefined ? [] : foldsOf(file, tree);
    },
    spansAround(asked, offset) {
      const tree = treeAt(asked);
      return tree === undefined ? [] : spansAround(tree, offset);
    },
    links: (asked) => (lowered === undefined ? [] : links(lowered, asked)),
    symbols(asked) {
      const tree = got.trees.find(({ file }) => file === asked);
      return tree === undefined ? [] : symbolsOf(tree);
    },
    fileUses: () => lowered?.files ?? [],
  };
}

export const haproxy: Language = { id: 'haproxy', claim, together, load };
