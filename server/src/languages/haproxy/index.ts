/** Owns HAProxy as a language: claims its files, and loads one as a project. HAProxy has no includes, so a file is a project. */
import type { FileId } from '../../files/host.ts';
import { noDependencies, type SourceFile } from '../../files/store.ts';
import type { Model } from '../../model/model.ts';
import type { Environment, Language, Link, LoadedProject } from '../language.ts';
import { claim, looksLikeTemplate } from './claim.ts';
import { type Lowered, lower } from './lower/index.ts';
import { realize } from './realize/index.ts';
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

/** The model of a file of which nothing can be said but this. */
function blank(root: FileId, { target }: Environment, rest: Partial<Model>): Model {
  return {
    language: 'haproxy',
    root,
    role: 'root',
    target,
    sites: [],
    obsolete: [],
    problems: [],
    unseen: [],
    ...rest,
  };
}

function load(root: FileId, environment: Environment): LoadedProject {
  const dependencies = noDependencies();
  const place = { file: root, span: { start: 0, end: 0 } };
  const opened = environment.files.open(root, dependencies);
  if (!opened.ok) {
    const message = `This file could not be read (${opened.detail}); nothing in it was judged`;
    return project(
      root,
      undefined,
      blank(root, environment, { problems: [{ rule: 'config-include-missing', place, message }] }),
    );
  }
  const { file } = opened;
  if (looksLikeTemplate(file.text)) {
    const unseen = [{ place, what: 'what this template becomes' }];
    return project(root, file, blank(root, environment, { role: 'fragment', unseen }));
  }
  const role = claim(root, () => file.text) === 'fragment' ? 'fragment' : 'root';
  const lowered = lower(treeOf(file), role, { environment, dependencies, root, tree: treeOf(file) });
  return project(root, file, lowered.model, lowered);

  function project(id: FileId, source: SourceFile | undefined, model: Model, made?: Lowered): LoadedProject {
    return {
      language: 'haproxy',
      root: id,
      model,
      files: source === undefined ? [] : [source],
      dependencies,
      comments: (asked) => (asked === id && source !== undefined ? treeOf(source).comments : []),
      realize: (remedy) => (made === undefined ? undefined : realize(remedy, made)),
      subjectAt: (asked, offset) => (asked === id && made !== undefined ? subjectAt(made, offset) : undefined),
      links: (asked) => (asked === id && made !== undefined ? linksOf(made) : []),
      symbols: (asked) => (asked === id && made !== undefined ? symbolsOf(made) : []),
      fileUses: () => made?.files ?? [],
    };
  }

  function linksOf({ files }: Lowered): Link[] {
    return files.flatMap(({ place: at, file: target }) => {
      const there = target.known && environment.files.open(target.value, dependencies).ok;
      return there ? [{ span: at.span, target: target.value }] : [];
    });
  }
}

export const haproxy: Language = { id: 'haproxy', claim, load };
