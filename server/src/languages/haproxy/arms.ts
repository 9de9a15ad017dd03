/** Owns what is left of a file when the target has decided its `.if` blocks: lines that are not there are gone. */
import type { Target } from '../../model/target.ts';
import { verdictOf } from './condition.ts';
import type { Section, Statement, Tree } from './syntax/tree.ts';

/** By arm (`3.0`): whether its lines are there. */
type Fates = ReadonlyMap<string, boolean>;

const conditionOf = ({ words }: Statement): string =>
  words
    .slice(1)
    .map(({ value }) => value)
    .join(' ');

/** Of each block the first arm whose condition is true counts; behind one that is open, only what is false is known. */
function fatesOf({ arms }: Tree, target: Target): Fates {
  const fates = new Map<string, boolean>();
  const blocks = new Map<number, 'searching' | 'open' | 'found'>();
  for (const { block, arm, line } of arms) {
    const state = blocks.get(block) ?? 'searching';
    const key = `${block}.${arm}`;
    const verdict = line.words[0]?.value === '.else' ? true : verdictOf(conditionOf(line), target);
    if (state === 'found' || verdict === false) fates.set(key, false);
    else if (state === 'searching' && verdict === true) fates.set(key, true);
    if (state !== 'found' && verdict === true) blocks.set(block, 'found');
    else if (state === 'searching') blocks.set(block, verdict === undefined ? 'open' : 'searching');
  }
  return fates;
}

/** The branch without the arms that are certain; undefined where one of them is not there. */
function branchLeft(branch: string, fates: Fates): string | undefined {
  const arms = branch.split('/').filter((arm) => arm !== '');
  if (arms.some((arm) => fates.get(arm) === false)) return undefined;
  return arms.flatMap((arm) => (fates.get(arm) === true ? [] : [`${arm}/`])).join('');
}

/** The same tree where nothing is decided. Lines behind a header that is gone belong to the section before it. */
export function decideArms(tree: Tree, target: Target): Tree {
  const fates = tree.arms.length === 0 ? undefined : fatesOf(tree, target);
  if (fates === undefined || fates.size === 0) return tree;
  const sections: (Section & { readonly statements: Statement[] })[] = [];
  const left = (statement: Statement): Statement | undefined => {
    const branch = branchLeft(statement.branch, fates);
    if (branch === undefined) return undefined;
    return branch === statement.branch ? statement : { ...statement, branch };
  };
  for (const section of tree.sections) {
    const header = branchLeft(section.header.branch, fates);
    if (header !== undefined) {
      sections.push({ ...section, header: { ...section.header, branch: header }, statements: [] });
    }
    const own = section.statements.flatMap((statement) => left(statement) ?? []);
    const open = sections[sections.length - 1]?.statements;
    for (const statement of own) open?.push(statement);
  }
  return { ...tree, sections };
}
