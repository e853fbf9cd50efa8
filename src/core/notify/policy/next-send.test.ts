import { describe, expect, it } from 'vitest';
import { DEFAULT_NOTIFY_KNOBS, retryWaits } from '../knobs.ts';
import { nextSend, type SentAlert } from './next-send.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const step = (afterMs: number, severityAtLeast: 'critical' | null = null) => ({
  afterMs,
  to: ['ana'],
  channels: ['sms' as const],
  severityAtLeast,
});
const policy = { repeatMs: 4 * HOUR, escalation: [step(30 * MINUTE), step(15 * MINUTE)] };
const alert = (more: Partial<SentAlert> = {}): SentAlert => ({
  state: 'firing',
  isArchived: false,
  severity: 'warning',
  unanswered: { since: 0 },
  step: 0,
  acknowledged: null,
  ...more,
});

describe('when an alert is told next (C5, C8)', () => {
  it('is the next step of escalation, in the order of their times, then the repeats', () => {
    expect(nextSend(alert(), policy, 0)).toEqual({ at: 15 * MINUTE, kind: 'escalate', step: 1 });
    expect(nextSend(alert({ step: 1 }), policy, 15 * MINUTE)).toEqual({ at: 30 * MINUTE, kind: 'escalate', step: 2 });
    expect(nextSend(alert({ step: 2 }), policy, 30 * MINUTE)).toEqual({ at: 4 * HOUR, kind: 'repeat' });
    expect(nextSend(alert({ step: 2 }), policy, 4 * HOUR)).toEqual({ at: 8 * HOUR, kind: 'repeat' });
  });

  it('does not drift with the moments at which it is looked at', () => {
    expect(nextSend(alert({ step: 2 }), policy, 4 * HOUR + 7_123)).toEqual({ at: 8 * HOUR, kind: 'repeat' });
  });

  it('takes steps that are meant for graver ones only while it is grave', () => {
    const escalation = [step(10 * MINUTE, 'critical'), step(20 * MINUTE), step(30 * MINUTE, 'critical')];
    const graver = { repeatMs: null, escalation };
    const critical = { severity: 'critical' } as const;
    expect(nextSend(alert(), graver, 0)).toEqual({ at: 20 * MINUTE, kind: 'escalate', step: 2 });
    expect(nextSend(alert(critical), graver, 0)).toEqual({ at: 10 * MINUTE, kind: 'escalate', step: 1 });
    // A step has the same number whoever it is meant for: what became graver, or less so, meanwhile goes on behind those that were taken.
    expect(nextSend(alert({ ...critical, step: 2 }), graver, HOUR)).toEqual({ at: HOUR, kind: 'escalate', step: 3 });
    expect(nextSend(alert({ step: 1 }), graver, 0)).toEqual({ at: 20 * MINUTE, kind: 'escalate', step: 2 });
    expect(nextSend(alert({ step: 2 }), graver, 0)).toBeNull();
  });

  it('waits for the lapse while it is acknowledged, and begins anew from there', () => {
    const acknowledged = { until: 5 * HOUR };
    expect(nextSend(alert({ state: 'acknowledged', acknowledged }), policy, HOUR)).toEqual({
      at: 5 * HOUR,
      kind: 'lapse',
    });
    const unanswered = { since: 5 * HOUR };
    expect(nextSend(alert({ step: 2, unanswered }), policy, 5 * HOUR)).toEqual({ at: 9 * HOUR, kind: 'repeat' });
    expect(nextSend(alert({ step: 1, unanswered }), policy, 5 * HOUR)).toEqual({
      at: 5.5 * HOUR,
      kind: 'escalate',
      step: 2,
    });
  });

  it('is never for what is over, archived, or told but once', () => {
    expect(nextSend(alert({ state: 'resolved' }), policy, 0)).toBeNull();
    expect(nextSend(alert({ isArchived: true }), policy, 0)).toBeNull();
    expect(nextSend(alert(), { repeatMs: null, escalation: [] }, 0)).toBeNull();
  });
});

describe('ten attempts over a day (F11)', () => {
  it('begin after half a minute, grow by one factor, and end with the day', () => {
    const { retryWaitsMs } = DEFAULT_NOTIFY_KNOBS;
    expect(retryWaitsMs).toHaveLength(9);
    expect(retryWaitsMs[0]).toBe(30_000);
    expect(Math.abs(retryWaitsMs.reduce((sum, wait) => sum + wait, 0) - 24 * HOUR)).toBeLessThan(10);
    expect(retryWaitsMs.toSorted((a, b) => a - b)).toEqual(retryWaitsMs);
  });

  it.each([
    [1, HOUR, []],
    [2, HOUR, [HOUR]],
    [3, 20_000, [10_000, 10_000]],
  ])('or %i within %i ms', (attempts, within, waits) => {
    expect(retryWaits(attempts, within)).toEqual(waits);
  });
});
