/** Owns measuring: runs that take turns, what a process costs, and the numbers that stand for many. */
import { spawnSync } from 'node:child_process';

/** The value below which a share of the sorted values lies. */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const median = (values) => quantile(values, 0.5);
export const p95 = (values) => quantile(values, 0.95);

/**
 * Calls every contender once a round, so that what the machine does besides meets all alike. Answers their results by
 * name; the first `warmUp` rounds are left out.
 */
export async function takeTurns(contenders, rounds, warmUp = 1) {
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const result = await run();
      if (round >= warmUp) results[name].push(result);
    }
  }
  return results;
}

/** The milliseconds of a call. */
export function timed(run) {
  const started = performance.now();
  run();
  return performance.now() - started;
}

/** `times` of POSIX shells: its last line has the processor time of children, such as `0m1.234s 0m0.100s` (user, system). */
function userMilliseconds(times) {
  const [, minutes, seconds] = /(\d+)m([\d.]+)s/.exec(times.trim().split('\n').at(-1) ?? '') ?? [];
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}

/**
 * Runs a program to its end: its milliseconds by the clock and in user mode, its exit code and what it wrote. A shell
 * stands between, because only a parent that waits for a process learns what that cost.
 */
export function runProgram(program, args, options = {}) {
  const script = '"$@" 3>&-; code=$?; times >&3; exit $code';
  const started = performance.now();
  const { output, status } = spawnSync('sh', ['-c', script, 'sh', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  });
  const wall = performance.now() - started;
  const [, stdout, stderr, times] = output;
  return { wall, user: userMilliseconds(times), status, stdout, stderr };
}
