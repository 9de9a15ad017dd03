/** Owns when to lint: once for all changes that come together, and again when time changes a finding. */

/** A timer's longest wait: a laptop that slept wakes to a judgement at most a day old. */
const LONGEST_WAIT = 24 * 60 * 60 * 1000;

/** After a lint slower than this (milliseconds) the editor's other questions get as much time before the next one. */
const SLOW = 50;

/** The shortest wait in milliseconds: a moment that has just passed must not be waited for again and again. */
const SHORTEST_WAIT = 1000;

/** The longest such pause, in milliseconds. */
const LONGEST_PAUSE = 250;

/** The first of some moments; undefined where there is none. */
export function earliest(moments: readonly (number | undefined)[]): number | undefined {
  let first: number | undefined;
  for (const moment of moments) if (moment !== undefined && (first === undefined || moment < first)) first = moment;
  return first;
}

export interface Schedule {
  /** Lints soon; requests that come together are one. */
  request(): void;
  /** Lints now if one is due, so that an answer is about the present text. */
  settle(): void;
  /** Lints again when `when` (milliseconds since 1970) has come, instead of at the moment set before. */
  wakeAt(when: number | undefined): void;
  /** Nothing is linted any more. */
  stop(): void;
}

/** `lint` must not throw; `now` tells milliseconds since 1970 and `expired` is called when the moment of `wakeAt` came. */
export function createSchedule(lint: () => void, expired: () => void, now: () => number): Schedule {
  let due = false;
  let cancel = (): void => {};
  let pauseUntil = 0;
  let timer: NodeJS.Timeout | undefined;

  const run = (): void => {
    if (!due) return;
    due = false;
    cancel();
    const started = performance.now();
    lint();
    const ended = performance.now();
    const lasted = ended - started;
    pauseUntil = lasted > SLOW ? ended + Math.min(lasted, LONGEST_PAUSE) : 0;
  };
  const wakeAt = (when: number | undefined): void => {
    clearTimeout(timer);
    if (when === undefined) return;
    const wait = when - now();
    timer = setTimeout(
      () => (wait > LONGEST_WAIT ? wakeAt(when) : expired()),
      Math.max(SHORTEST_WAIT, Math.min(wait, LONGEST_WAIT)),
    );
    timer.unref();
  };
  return {
    request() {
      if (due) return;
      due = true;
      const pause = pauseUntil - performance.now();
      if (pause > 0) {
        const handle = setTimeout(run, pause);
        cancel = () => clearTimeout(handle);
      } else {
        const handle = setImmediate(run);
        cancel = () => clearImmediate(handle);
      }
    },
    settle: run,
    wakeAt,
    stop() {
      due = false;
      cancel();
      clearTimeout(timer);
    },
  };
}
