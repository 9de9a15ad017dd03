/** Owns misspelled directives: names that nobody has, one slip (or the case) away from one of nginx's own that fits at their place. */
import { type Context, directiveTable, formsFor, takes } from '../../../facts/nginx-directives.ts';
import type { ConfigProblem } from '../../../model/model.ts';
import type { Target } from '../../../model/target.ts';
import { oneSlipAway } from '../../../text/nearest.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, placeOfWord } from '../scope.ts';
import { isPlain, type Level, ofLevels } from './levels.ts';
import { OTHER_MODULES } from './undefined.ts';

/** Of modules of others, and one letter away from one of nginx's own: `sub_filter` and `sub_filter_types`. */
const OTHERS = /^subs_filter/;

/** Who misspells more than so many has something else in mind. */
const MOST = 100;

interface Slip {
  readonly entry: Entry;
  readonly meant: string;
}

/** What was meant, where it would be right as it stands. */
function meantBy({ directive }: Entry, contexts: readonly Context[], target: Target): string | undefined {
  const { name, args, terminator } = directive;
  const fitting = [...directiveTable().keys()].filter((candidate) =>
    formsFor(candidate, target).some(
      (form) =>
        contexts.some((context) => form.contexts.has(context)) &&
        form.block === (terminator === '{') &&
        takes(form, args.length),
    ),
  );
  return fitting.find((candidate) => candidate === name.value.toLowerCase()) ?? oneSlipAway(name.value, fitting);
}

function slipsIn(levels: readonly Level[], project: NginxProject): readonly Slip[] | 'unexplained' {
  const { target } = project.paths.environment;
  const table = directiveTable();
  const slips: Slip[] = [];
  const strange = new Set([...project.vocabulary.names].filter((name) => !table.has(name) || name === 'load_module'));
  if (strange.size === 0) return slips;
  for (const { scope, contexts } of levels) {
    for (const entry of scope.entries) {
      const { name } = entry;
      if (!strange.has(name)) continue;
      if (name === 'load_module') return 'unexplained';
      if (!isPlain(project, entry.file)) continue;
      if (OTHERS.test(name) || OTHER_MODULES.test(name)) return 'unexplained';
      const meant = meantBy(entry, contexts, target);
      if (meant === undefined || slips.length === MOST) return 'unexplained';
      slips.push({ entry, meant });
    }
  }
  return slips;
}

/**
 * The misspelled directives of a whole configuration. None where one unknown name is not explained so, or where a module may
 * be loaded: then any of them may be a module's.
 */
export function unknownDirectives(project: NginxProject): ConfigProblem[] {
  if (project.role !== 'root') return [];
  const slips: Slip[] = [];
  for (const found of ofLevels(project, 'unknown directives', (levels) => slipsIn(levels, project))) {
    if (found === 'unexplained' || slips.length + found.length > MOST) return [];
    slips.push(...found);
  }
  if (slips.length === 0 || project.scopes.some(({ holes }) => holes.some((hole) => hole.couldHold('load_module')))) {
    return [];
  }
  return slips.map(({ entry: { directive, file }, meant }) => ({
    rule: 'config-syntax',
    place: placeOfWord(file, directive.name),
    message: `nginx does not start: it has no directive \`${directive.wording.name}\`; did you mean \`${meant}\`?`,
    offers: [
      {
        title: `Write \`${meant}\``,
        safety: 'behaviour',
        remedy: {
          kind: 'edit',
          edits: () => [{ file: file.id, edits: [{ span: directive.name.span, newText: meant }] }],
        },
      },
    ],
  }));
}
