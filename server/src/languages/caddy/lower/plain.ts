/** Owns what a site answers to requests without TLS. */
import type { PlainAnswer } from '../../../model/listening.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { written } from '../scope.ts';
import { argsOf, covers } from './matchers.ts';
import type { Options } from './options.ts';
import { endsAll, type Step } from './steps.ts';

const isToTls = ({ entry }: Step): boolean =>
  entry.name === 'redir' && /^https:\/\//i.test(argsOf(entry)[0]?.value ?? '');

function answerOf(steps: readonly Step[]): PlainAnswer | undefined {
  for (const step of steps) {
    const all = covers(step.matcher, undefined);
    if (isToTls(step)) {
      if (all) return 'redirect';
      return undefined;
    }
    if (step.kind === 'group') {
      if (!all) continue;
      const inner = answerOf(step.inner);
      if (inner !== undefined) return inner;
      continue;
    }
    if (step.entry.name === 'abort' && all) return 'nothing';
    if (step.kind === 'answer') {
      if (!all) continue;
      return undefined;
    }
    if (step.kind === 'proxy' || (step.kind === 'pages' && endsAll(step))) return 'pages';
    // What may send requests elsewhere, or refuse them.
    if (/^(basic_?auth|forward_auth|invoke|rewrite|import)$/.test(step.entry.name) && all) return undefined;
  }
  return undefined;
}

/** `plain`: whether the site has an address without TLS itself. */
export function plainAnswerOf(
  plain: boolean,
  steps: readonly Step[],
  place: Place,
  hidden: string | undefined,
  { automatic }: Options,
): Fact<PlainAnswer> {
  if (hidden !== undefined) return unknown(hidden);
  if (!plain) return known(automatic.redirects ? 'redirect' : 'nothing', written(place));
  const answer = answerOf(steps);
  return answer === undefined ? unknown('conditions decide') : known(answer, written(place));
}
