/** Owns when to lint: once for all changes that come together, and again when time changes a finding. */

/** A timer's longest wait: a laptop that slept wakes to a judgement at most a day old. */
const LONGEST_WAIT = 24 * 60 * 60 * 1000;

/** A lint slower than this (milliseconds) is not started for each key, but when the keys pause. */
const FRAME = 16;

/** The shortest wait in milliseconds: a moment that has just passed must not be waited for again and again. */
const SHORTEST_WAIT = 1000;

/** The longest pause that is waited for, in milliseconds. */
const LONGEST_PAUSE = 250;

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
  let lasted = 0;
  let timer: NodeJS.Timeout | undefined;

  const run = (): void => {
    if (!due) return;
    due = false;
    cancel();
    const started = performance.now();
    lint();
    lasted = performance.now() - started;
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
      if (due && lasted <= FRAME) return;
      due = true;
      cancel();
      if (lasted <= FRAME) {
        const handle = setImmediate(run);
        cancel = () => clearImmediate(handle);
      } else {
        const handle = setTimeout(run, Math.min(lasted, LONGEST_PAUSE));
        cancel = () => clearTimeout(handle);
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
