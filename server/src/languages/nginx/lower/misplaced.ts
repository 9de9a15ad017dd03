/**
 * Owns what nginx refuses in its own directives: the place, the number of arguments, a value, a repetition, a name that the
 * target does not have. Asks in the order of ngx_conf_handler, and speaks only where every version that counts refuses.
 */
import {
  type Context,
  type DirectiveForm,
  directiveTable,
  formsFor,
  isJudged,
  takes,
} from '../../../facts/nginx-directives.ts';
import type { ConfigProblem } from '../../../model/model.ts';
import type { Place } from '../../../model/origin.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { oneSlipAway } from '../../../text/nearest.ts';
import { contextWords } from '../directives.ts';
import type { NginxProject } from '../project.ts';
import { byFile, removal } from '../realize/layout.ts';
import { type Entry, placeOfWord, placeOfWords, type Scope, scopeWord } from '../scope.ts';
import type { Directive, Wording } from '../syntax/tree.ts';
import { bufferJudge } from './buffer-sizes.ts';
import { conflictsIn } from './conflicts.ts';
import { type Check, checkOf } from './custom-values.ts';
import { isPlain, ofLevels } from './levels.ts';
import { complaintOf, isCountCertain, refusedAt, switchFor } from './plain-values.ts';

/** `ssl on` is tls-directive-removed's. */
const OTHERS = new Set(['ssl']);

function isPlainFile(project: NginxProject, id: string): boolean {
  const read = project.files.get(id);
  return read !== undefined && isPlain(project, read.file);
}

export function misplacedDirectives(project: NginxProject): ConfigProblem[] {
  const { target } = project.paths.environment;
  const judgedAt = judgedByPlace(target);
  const wrongBuffers = bufferJudge(project.vocabulary.names);
  return ofLevels(project, 'misplaced directives', (levels) => {
    const out: ConfigProblem[] = [];
    for (const { scope, contexts } of levels) {
      const judgedHere = judgedAt(contexts);
      const { entries } = scope;
      // Large configurations have a hundred thousand lines, nearly all of them right.
      for (let at = 0; at < entries.length; at++) {
        const entry = entries[at] as Entry;
        const judged = judgedHere(entry.name);
        if (judged === undefined) continue;
        if (!isKnownRight(entry.directive, judged)) {
          const problem = isRight(entry.directive, judged.forms)
            ? refusedByModule(entry, judged.checks)
            : refusal(entry, scope, contexts, target);
          if (problem === undefined) noteRight(entry.directive, judged);
          else if (isPlain(project, entry.file)) out.push(problem);
        }
        if (!judged.once) continue;
        if (judged.seenIn !== scope) {
          judged.seenIn = scope;
          judged.first = entry;
        } else if (judged.first !== undefined && isPlain(project, entry.file)) {
          const again = repetition(judged.first, entry);
          if (again !== undefined) out.push(again);
        }
      }
      const found = wrongBuffers === undefined ? conflictsIn(scope) : [...conflictsIn(scope), ...wrongBuffers(scope)];
      for (const one of found) if (isPlainFile(project, one.place.file)) out.push(one);
    }
    return out;
  }).flat();
}

/** What is known of a name at some places, and where it was last seen. */
interface Judged {
  readonly forms: readonly DirectiveForm[];
  /** What each of the modules that may own it looks into; none where one of them is not known. */
  readonly checks: readonly Check[];
  /** Whether a directive that ends with `;` is right whatever its values are, by their number. */
  readonly anyValues: readonly boolean[];
  /** The same for one that opens a block. */
  readonly anyValuesOfBlock: readonly boolean[];
  readonly once: boolean;
  /** What was found right; large configurations repeat few lines many times. */
  readonly right: Set<Wording>;
  /** The same for blocks. */
  readonly rightOfBlock: Set<Wording>;
  seenIn: Scope | undefined;
  first: Entry | undefined;
}

/** What is known of a name at some places, worked out once for all its directives; undefined for what is not judged. */
function judgedByPlace(target: Target): (contexts: readonly Context[]) => (name: string) => Judged | undefined {
  const found = new Map<readonly Context[], (name: string) => Judged | undefined>();
  const at = (contexts: readonly Context[]) => {
    const here = new Map<string, Judged | undefined>();
    return (name: string): Judged | undefined => {
      let judged = here.get(name);
      if (judged === undefined && !here.has(name)) {
        if (!OTHERS.has(name) && isJudged(name, target))
          judged = judge(name, placedAt(contexts, formsFor(name, target)));
        here.set(name, judged);
      }
      return judged;
    };
  };
  return (contexts) => {
    let here = found.get(contexts);
    if (here === undefined) {
      here = at(contexts);
      found.set(contexts, here);
    }
    return here;
  };
}

/** Directives with more arguments than these are looked into each time. */
const FEW_ARGUMENTS = 8;

function judge(name: string, forms: readonly DirectiveForm[]): Judged {
  const ofModules = forms.map(({ module }) => checkOf(module, name));
  const checks = ofModules.some((check) => check === undefined)
    ? []
    : [...new Set(ofModules.flatMap((check) => check ?? []))];
  const anyValues = (block: boolean): boolean[] =>
    Array.from({ length: FEW_ARGUMENTS }, (_, count) =>
      checks.length > 0
        ? false
        : forms.some((form) => form.block === block && form.value === undefined && takes(form, count)),
    );
  return {
    forms,
    checks,
    anyValues: anyValues(false),
    anyValuesOfBlock: anyValues(true),
    once: forms.length > 0 && forms.every(({ once }) => once),
    right: new Set(),
    rightOfBlock: new Set(),
    seenIn: undefined,
    first: undefined,
  };
}

const MANY_RIGHT = 1000;

function isKnownRight({ wording, block }: Directive, judged: Judged): boolean {
  if (block !== undefined)
    return judged.anyValuesOfBlock[wording.values.length] === true || judged.rightOfBlock.has(wording);
  return judged.anyValues[wording.values.length] === true || judged.right.has(wording);
}

function noteRight({ wording, block }: Directive, { right, rightOfBlock }: Judged): void {
  const noted = block === undefined ? right : rightOfBlock;
  if (noted.size < MANY_RIGHT) noted.add(wording);
}

/** What every module that may own a directive refuses in its values. */
function refusedByModule(entry: Entry, checks: readonly Check[]): ConfigProblem | undefined {
  if (checks.length === 0) return undefined;
  const { wording } = entry.directive;
  const complaints = checks.map((check) => check(wording.values));
  const [first] = complaints;
  const word = first === undefined ? undefined : entry.directive.args[first.at];
  if (first === undefined || word === undefined || complaints.includes(undefined)) return undefined;
  return problemAt(placeOfWord(entry.file, word), `nginx does not start: ${first.says}`);
}

/** A directive that its level has already; the same file may be included twice. */
function repetition(first: Entry, again: Entry): ConfigProblem | undefined {
  const { directive, file } = again;
  const words = (entry: Entry): string => entry.directive.wording.values.join(' ');
  if (!isCountCertain([words(first), words(again)])) return undefined;
  const name = directive.wording.name;
  const isSame = words(first) === words(again) && directive.block === undefined;
  const twice = first.directive === directive;
  return {
    rule: 'config-directive-misplaced',
    place: placeOfWords(again),
    message: twice
      ? `nginx does not start: a file that sets \`${name}\` is included twice at one level, and nginx takes it once`
      : `nginx does not start: \`${name}\` is set twice at this level, and nginx takes it once`,
    related: twice ? [] : [{ place: placeOfWords(first), message: 'it is set here already' }],
    offers:
      isSame && !twice
        ? [
            {
              title: 'Remove the repetition',
              safety: 'safe',
              remedy: { kind: 'edit', edits: () => byFile([{ file, edit: removal(file, directive) }]) },
            },
          ]
        : [],
  };
}

function placedAt(contexts: readonly Context[], forms: readonly DirectiveForm[]): readonly DirectiveForm[] {
  return forms.filter((form) => contexts.some((context) => form.contexts.has(context)));
}

/** Whether nginx takes a directive in one of these forms: nearly always, so it is asked before what could be wrong. */
function isRight({ wording: { values }, terminator }: Directive, forms: readonly DirectiveForm[]): boolean {
  return forms.some((form) => {
    if (form.block !== (terminator === '{') || !takes(form, values.length)) return false;
    return form.value === undefined || refusedAt(form.value, values) === undefined;
  });
}

function problemAt(place: Place, message: string, offers: ConfigProblem['offers'] = []): ConfigProblem {
  return { rule: 'config-directive-misplaced', place, message, offers };
}

function refusal(entry: Entry, scope: Scope, contexts: readonly Context[], target: Target): ConfigProblem | undefined {
  const { directive, file } = entry;
  const { name, args, wording } = directive;
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
    if (!isCountCertain(wording.values)) return undefined;
    return problemAt(
      placeOfWords(entry),
      `nginx does not start: \`${name.value}\` takes ${countWord(shaped)}, and here are ${args.length === 0 ? 'none' : args.length}${splitWord(wording)}`,
    );
  }

  const refused = counted.map(({ value }) => (value === undefined ? undefined : refusedAt(value, wording.values)));
  const [at0] = refused;
  const rule = counted[0]?.value;
  const word = at0 === undefined ? undefined : args[at0];
  if (word === undefined || rule === undefined || at0 === undefined || refused.includes(undefined)) return undefined;
  const place = placeOfWord(file, word);
  const meant = rule.kind === 'flag' ? switchFor(word.value) : wordFor(word.value, rule.words);
  return problemAt(
    place,
    `nginx does not start: ${complaintOf(rule, word.value, at0)}${sinceWord(name.value, counted, wording.values, target)}`,
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

/** The word that one slip made of another: the longest, as letters are left out more often than added (`TLSv13`). */
function wordFor(value: string, words: readonly string[]): string | undefined {
  const close = words.filter((word) => oneSlipAway(value, [word]) !== undefined);
  return close.sort((a, b) => b.length - a.length)[0];
}

/** Says since when a value is known, where the target is too old for it. */
function sinceWord(name: string, forms: readonly DirectiveForm[], values: readonly string[], target: Target): string {
  const later = (directiveTable().get(name) ?? []).find(
    (form) =>
      form.since !== undefined &&
      !forms.includes(form) &&
      form.module === forms[0]?.module &&
      form.value !== undefined &&
      takes(form, values.length) &&
      refusedAt(form.value, values) === undefined &&
      atLeast(target, 'nginx', form.since) === false,
  );
  return later === undefined ? '' : `, in nginx ${versionOf(target)}; it came with ${later.since}`;
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

/** Regular expressions come apart at their spaces. */
function splitWord({ name, values }: Wording): string {
  const splits = name === 'rewrite' || name === 'location';
  return splits && values.length > 2 && values.some((value) => /^[~^]|[\\^$()|]/.test(value))
    ? '; an expression with a space in it stands in quotes'
    : '';
}

function countWord(forms: readonly DirectiveForm[]): string {
  const least = forms.find((form) => form.least !== undefined)?.least;
  if (least !== undefined) return `${least} or more arguments`;
  const counts = [...new Set(forms.flatMap((form) => form.counts))].sort((a, b) => a - b);
  if (counts.length === 1)
    return counts[0] === 0 ? 'no argument' : counts[0] === 1 ? 'one argument' : `${counts[0]} arguments`;
  return `${counts[0]} to ${counts.at(-1)} arguments`;
}
