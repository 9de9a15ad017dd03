/** Owns the proof that linting comes once for many changes, and again when its time has come. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSchedule } from '../../server/src/lsp/schedule.ts';

const HOUR = 3_600_000;

describe('the schedule', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function started(cost = 0) {
    const lint = vi.fn(() => void vi.advanceTimersByTime(cost));
    const expired = vi.fn();
    return { lint, expired, schedule: createSchedule(lint, expired, Date.now) };
  }

  it('lints once for requests of one tick', () => {
    const { lint, schedule } = started();
    schedule.request();
    schedule.request();
    expect(lint).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(lint).toHaveBeenCalledTimes(1);
  });

  it('lints at once when an answer needs it, and then no more', () => {
    const { lint, schedule } = started();
    schedule.settle();
    expect(lint).not.toHaveBeenCalled();
    schedule.request();
    schedule.settle();
    expect(lint).toHaveBeenCalledTimes(1);
    vi.runAllTimers();
    expect(lint).toHaveBeenCalledTimes(1);
  });

  it('lints a lone change at once even where linting is slow, and leaves pauses between many', () => {
    const { lint, schedule } = started(100);
    schedule.request();
    vi.advanceTimersByTime(0);
    expect(lint).toHaveBeenCalledTimes(1);
    for (let key = 0; key < 9; key++) {
      schedule.request();
      vi.advanceTimersByTime(10);
    }
    expect(lint).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(10);
    expect(lint).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1000);
    schedule.request();
    vi.advanceTimersByTime(0);
    expect(lint).toHaveBeenCalledTimes(3);
  });

  it('wakes when the moment has come, also one that is months away', () => {
    const { expired, schedule } = started();
    schedule.wakeAt(Date.now() + 60 * 24 * HOUR);
    vi.advanceTimersByTime(60 * 24 * HOUR - 1);
    expect(expired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(expired).toHaveBeenCalledTimes(1);
  });

  it('a moment that has passed does not keep it busy', () => {
    const { expired, schedule } = started();
    schedule.wakeAt(Date.now() - HOUR);
    vi.advanceTimersByTime(999);
    expect(expired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(expired).toHaveBeenCalledTimes(1);
  });

  it('another moment takes the place of the one before', () => {
    const { expired, schedule } = started();
    schedule.wakeAt(Date.now() + HOUR);
    schedule.wakeAt(undefined);
    vi.advanceTimersByTime(2 * HOUR);
    expect(expired).not.toHaveBeenCalled();
  });

  it('does nothing when it was stopped', () => {
    const { lint, expired, schedule } = started();
    schedule.request();
    schedule.wakeAt(Date.now() + HOUR);
    schedule.stop();
    vi.advanceTimersByTime(2 * HOUR);
    schedule.settle();
    expect([lint, expired].map((each) => each.mock.calls.length)).toEqual([0, 0]);
  });
});
