/**
 * Owns what nginx refuses in its own directives: the place, the number of arguments, a plain value, a name that the target
 * does not have. Asks in the order of ngx_conf_handler, and speaks only where every version that counts refuses.
 */
import {
  type Context,
  type DirectiveForm,
  directiveTable,
  formsFor,
  isJudged,
  takes,
} from '../../../facts/nginx-directives.ts';
import type { SourceFile } from '../../../files/store.ts';
import type { ConfigProblem } from '../../../model/model.ts';
import type { Place } from '../../../model/origin.ts';
import type { Target } from '../../../model/target.ts';
import { contextWords, inside, outermost } from '../directives.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, placeOfWord, placeOfWords, type Scope, scopeWord } from '../scope.ts';
import type { Directive } from '../syntax/tree.ts';
import { accepts, complaintOf, isCountCertain, switchFor } from './plain-values.ts';

/** `ssl on` is tls-directive-removed's. */
const OTHERS = new Set(['ssl']);

/** A level whose place is known well enough to judge what stands in it. */
export interface Level {
  readonly scope: Scope;
  readonly contexts: readonly Context[];
}

/** The levels that hold directives of nginx's own, the outermost first; blocks only of files that `enters` lets in. */
export function levelsOf(project: NginxProject, enters: (file: SourceFile) => boolean): Level[] {
  const levels: Level[] = [];
  const stack: Level[] = [{ scope: project.main, contexts: outermost(project.role) }];
  for (let level = stack.pop(); level !== undefined; level = stack.pop()) {
    levels.push(level);
    for (const { scope, file, directive } of level.scope.entries) {
      if (scope === undefined || !enters(file)) continue;
      const contexts = inside(level.contexts, directive.name.value);
      if (contexts.length > 0) stack.push({ scope, contexts });
    }
  }
  return levels;
}

/** Neither a template nor a file with a fault, behind which words may stand at other places than they seem to. */
export function isPlain(project: NginxProject, file: SourceFile): boolean {
  const read = project.files.get(file.id);
  return read !== undefined && !read.template && read.trees.every(({ problems }) => problems.length === 0);
}

export function misplacedDirectives(project: NginxProject): ConfigProblem[] {
  const { target } = project.paths.environment;
  const formsAt = formsByPlace(target);
  const out: ConfigProblem[] = [];
  for (const { scope, contexts } of levelsOf(project, (file) => isPlain(project, file))) {
    for (const entry of scope.entries) {
      const forms = formsAt(contexts, entry.directive.name.value);
      if (forms === undefined || isRight(entry.directive, forms) || !isPlain(project, entry.file)) continue;
      const problem = refusal(entry, scope, contexts, target);
      if (problem !== undefined) out.push(problem);
    }
  }
  return out;
}

/** The forms of a name that may stand at some places, worked out once for all its directives; undefined for what is not judged. */
function formsByPlace(
  target: Target,
): (contexts: readonly Context[], name: string) => readonly DirectiveForm[] | undefined {
  const found = new Map<readonly Context[], Map<string, readonly DirectiveForm[] | undefined>>();
  return (contexts, name) => {
    let here = found.get(contexts);
    if (here === undefined) {
      here = new Map();
      found.set(contexts, here);
    }
    let forms = here.get(name);
    if (forms === undefined && !here.has(name)) {
      if (!OTHERS.has(name) && isJudged(name, target)) forms = placedAt(contexts, formsFor(name, target));
      here.set(name, forms);
    }
    return forms;
  };
}

function placedAt(contexts: readonly Context[], forms: readonly DirectiveForm[]): readonly DirectiveForm[] {
  return forms.filter((form) => contexts.some((context) => form.contexts.has(context)));
}

/** Whether nginx takes a directive in one of these forms: nearly always, so it is asked before what could be wrong. */
function isRight({ args, terminator }: Directive, forms: readonly DirectiveForm[]): boolean {
  const [word] = args;
  return forms.some((form) => {
    if (form.block !== (terminator === '{') || !takes(form, args.length)) return false;
    return form.value === undefined || word === undefined || args.length > 1 || accepts(form.value, word.value);
  });
}

function problemAt(place: Place, message: string, offers: ConfigProblem['offers'] = []): ConfigProblem {
  return { rule: 'config-directive-misplaced', place, message, offers };
}

function refusal(entry: Entry, scope: Scope, contexts: readonly Context[], target: Target): ConfigProblem | undefined {
  const { directive, file } = entry;
  const { name, args } = directive;
  const forms = formsFor(name.value, target);
  const at = placeOfWord(file, name);
  if (forms.length === 0) return problemAt(at, lacking(name.value, target));

  const placed = placedAt(contexts, forms);
  if (placed.length === 0) return problemAt(at, notHere(name.value, forms, scope, contexts, target));

  const opens = directive.terminator === '{';
  const shaped = placed.filter(({ block }) => block === opens);
  if (shaped.length === 0) {
    const wrong = opens ? 'ends with `;` and opens no block' : 'needs a block in `{ }`';
    return problemAt(at, `nginx does not start: \`${name.value}\` ${wrong} here`);
  }

  const counted = shaped.filter((form) => takes(form, args.length));
  if (counted.length === 0) {
    if (!isCountCertain(args.map(({ value }) => value))) return undefined;
    return problemAt(
      placeOfWords(entry),
      `nginx does not start: \`${name.value}\` takes ${countWord(shaped)}, and here are ${args.length === 0 ? 'none' : args.length}`,
    );
  }

  const [word] = args;
  const kind = counted[0]?.value;
  if (word === undefined || kind === undefined || args.length !== 1) return undefined;
  if (counted.some(({ value }) => value === undefined || accepts(value, word.value))) return undefined;
  const place = placeOfWord(file, word);
  const meant = kind === 'flag' ? switchFor(word.value) : undefined;
  return problemAt(
    place,
    `nginx does not start: ${complaintOf(kind, name.value, word.value)}`,
    meant === undefined
      ? []
      : [
          {
            title: `Write \`${meant}\``,
            safety: 'behaviour',
            remedy: {
              kind: 'edit',
              edits: () => [{ file: file.id, edits: [{ span: word.span, newText: meant }] }],
            },
          },
        ],
  );
}

function versionOf(target: Target): string {
  return target.get('nginx')?.text ?? '';
}

/** The target has none of the versions that know the directive. */
function lacking(name: string, target: Target): string {
  const all = directiveTable().get(name) ?? [];
  const has = `nginx ${versionOf(target)} does not start: it does not know \`${name}\``;
  const since = all.map((form) => form.since);
  const [first] = since;
  if (first !== undefined && !since.includes(undefined) && all.every(({ until }) => until === undefined)) {
    return `${has}, which came with ${first}`;
  }
  const until = all.map((form) => form.until).find((one) => one !== undefined);
  return until === undefined ? has : `${has}, which was removed in ${until}`;
}

function notHere(
  name: string,
  forms: readonly DirectiveForm[],
  scope: Scope,
  contexts: readonly Context[],
  target: Target,
): string {
  const where = scope.opener === undefined ? 'at the outermost level' : `in \`${scopeWord(scope)}\``;
  const allowed = contextWords(new Set(forms.flatMap((form) => [...form.contexts])));
  const elsewhere = (directiveTable().get(name) ?? []).find(
    (form) => !forms.includes(form) && contexts.some((context) => form.contexts.has(context)),
  );
  const version = elsewhere === undefined ? '' : ` of nginx ${versionOf(target)}`;
  return `nginx does not start: \`${name}\`${version} is not allowed ${where}; it belongs in ${allowed}`;
}

function countWord(forms: readonly DirectiveForm[]): string {
  const least = forms.find((form) => form.least !== undefined)?.least;
  if (least !== undefined) return `${least} or more arguments`;
  const counts = [...new Set(forms.flatMap((form) => form.counts))].sort((a, b) => a - b);
  if (counts.length === 1)
    return counts[0] === 0 ? 'no argument' : counts[0] === 1 ? 'one argument' : `${counts[0]} arguments`;
  return `${counts[0]} to ${counts.at(-1)} arguments`;
}
