/** Owns the closing summary of a test run: what ran, what was not run and why, and one plain last line of counts. */
import { appendFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';
import { repositoryRoot } from './root.ts';

/** One test, reduced to what the summary tells. `area` is the folder below `test/`. */
export interface Outcome {
  readonly area: string;
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why a skipped test was not run. */
  readonly reason?: string;
}

const STATES = ['passed', 'failed', 'skipped'] as const;

/** The summary's text; its last line is `N passed, N failed, N skipped`. */
export function closingSummary(outcomes: readonly Outcome[]): string {
  const lines = ['', 'What ran:'];
  for (const [area, group] of groupBy(outcomes, (outcome) => outcome.area)) lines.push(`  ${area}: ${counts(group)}`);
  const notRun = outcomes.filter((outcome) => outcome.state === 'skipped');
  if (notRun.length > 0) lines.push('NOT RUN:');
  for (const [reason, group] of groupBy(notRun, (outcome) => outcome.reason ?? 'no reason given')) {
    lines.push(`  ${reason} (${group.length}):`, ...group.map((outcome) => `    ${outcome.area}: ${outcome.title}`));
  }
  return [...lines, '', counts(outcomes)].join('\n');
}

/**
 * Prints a summary, and adds its outcomes to the file that WSSLINT_OUTCOMES names, a JSON object a line, so that a run of
 * several parts can close with one summary.
 */
export function tellSummary(outcomes: readonly Outcome[]): void {
  process.stdout.write(`${closingSummary(outcomes)}\n`);
  const file = process.env.WSSLINT_OUTCOMES;
  if (file !== undefined && file !== '')
    appendFileSync(file, outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''));
}

/** Prints the summary when vitest has told everything else; listed after vitest's own reporter. */
export default class ClosingSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const outcomes = modules.flatMap(outcomesOf);
    // An error outside of any test would otherwise leave "0 failed" under a failed run.
    outcomes.push(...unhandledErrors.map((error) => failure('(no test)', error.message)));
    tellSummary(outcomes);
  }
}

function outcomesOf(module: TestModule): Outcome[] {
  const path = relative(repositoryRoot, module.moduleId).split(sep);
  const area = path[0] === 'test' ? (path[1] ?? 'test') : path.join('/');
  const outcomes = [...module.children.allTests()].map((test) => testOutcome(area, test));
  // A file that cannot be loaded, or a failing hook, has no failed test of its own.
  const suites: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
  const broken = suites.flatMap((suite) => suite.errors().map((error) => failure(area, error.message)));
  return [...outcomes, ...broken];
}

function testOutcome(area: string, test: TestCase): Outcome {
  const result = test.result();
  switch (result.state) {
    case 'passed':
    case 'failed':
      return { area, title: test.fullName, state: result.state };
    case 'skipped': {
      const reason = result.note === undefined ? {} : { reason: result.note };
      return { area, title: test.fullName, state: 'skipped', ...reason };
    }
    case 'pending':
      return { area, title: test.fullName, state: 'skipped', reason: 'the run ended before it' };
  }
}

function failure(area: string, message: string): Outcome {
  return { area, title: message, state: 'failed' };
}

function counts(outcomes: readonly Outcome[]): string {
  return STATES.map((state) => `${outcomes.filter((outcome) => outcome.state === state).length} ${state}`).join(', ');
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}
