import { describe, expect, it } from 'vitest';
import type { FixedRevision } from '../ports.ts';
import { decideVerification, type VerificationInput } from './decide-verification.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 5, 10, 12);

function judged(revision: Partial<FixedRevision>, more: Partial<VerificationInput> = {}) {
  return decideVerification({
    revision: {
      name: 'r-2',
      firstSeen: NOW - 2 * HOUR_MS,
      incidents: 0,
      firstIncidentAt: null,
      lastIncidentAt: null,
      requests: 0,
      heardAt: NOW,
      isTakenBack: false,
      lookAlikes: [],
      ...revision,
    },
    // One incident in 50 requests: 150 silent ones leave 5 % of doubt.
    before: { incidents: 10, requests: 500, hours: 168 },
    nameless: 0,
    isProven: false,
    sourceHeardAt: NOW,
    now: NOW,
    sourceSilentMs: HOUR_MS,
    ...more,
  });
}

describe('a revision that holds the fix', () => {
  it.each([
    [150, 'fixed'],
    [149, 'too early'],
    [1, 'too early'],
    [0, 'no traffic'],
  ])('after %i silent requests of the 150 needed: %s', (requests, outcome) => {
    expect(judged({ requests })).toMatchObject({ outcome, requests, needed: 150, unit: 'requests' });
  });

  it('asks for 20 requests however often it failed, and for an hour however many there were', () => {
    const before = { incidents: 100, requests: 100, hours: 168 };
    expect(judged({ requests: 19 }, { before }).outcome).toBe('too early');
    expect(judged({ requests: 20 }, { before }).outcome).toBe('fixed');
    expect(judged({ requests: 5_000, firstSeen: NOW - HOUR_MS + 1 }).outcome).toBe('too early');
    expect(judged({ requests: 5_000, firstSeen: NOW - HOUR_MS }).outcome).toBe('fixed');
  });

  it('counts hours where nobody counts requests: 3 to an incident, 24 at least, and only while the service was heard of', () => {
    const before = { incidents: 6, requests: null, hours: 168 };
    const since = (hours: number, heardAt: number | null = NOW) =>
      judged({ requests: null, firstSeen: NOW - hours * HOUR_MS, heardAt }, { before });
    expect(since(84)).toMatchObject({ outcome: 'fixed', needed: 84, unit: 'hours' });
    expect(since(83).outcome).toBe('too early');
    expect(since(100, NOW - 20 * HOUR_MS)).toMatchObject({ outcome: 'too early', hours: 80 });
    expect(since(100, null).outcome).toBe('no traffic');
    const often = { incidents: 1_000, requests: null, hours: 168 };
    expect(judged({ requests: null, firstSeen: NOW - 23 * HOUR_MS }, { before: often }).outcome).toBe('too early');
    expect(judged({ requests: null, firstSeen: NOW - 24 * HOUR_MS }, { before: often }).outcome).toBe('fixed');
  });

  it('is not fixed once it is seen there, however silent it was otherwise', () => {
    expect(judged({ incidents: 2, requests: 100_000 })).toMatchObject({ outcome: 'still seen', incidents: 2 });
  });

  it('says nothing once its deployment went back, however silent it was; that it was seen on it counts', () => {
    const back = { requests: 5_000, isTakenBack: true };
    expect(judged(back)).toMatchObject({ outcome: 'could not look', problem: 'taken-back' });
    expect(judged({ ...back, incidents: 1 }).outcome).toBe('still seen');
  });

  it('cannot be judged while no source is heard of; what was silent enough before stays fixed', () => {
    const down = { sourceHeardAt: NOW - HOUR_MS - 1 };
    expect(judged({ requests: 10 }, down)).toMatchObject({ outcome: 'could not look', problem: 'source-down' });
    expect(judged({ requests: 0 }, { sourceHeardAt: null }).outcome).toBe('could not look');
    expect(judged({ requests: 150 }, down).outcome).toBe('fixed');
    expect(judged({ incidents: 1 }, down).outcome).toBe('still seen');
  });

  it('asks for the least of its route, and a day, where nobody knows how often it happens', () => {
    const before = { incidents: 0, requests: 500, hours: 168 };
    const silent = (requests: number | null, hours: number) =>
      judged({ requests, firstSeen: NOW - hours * HOUR_MS }, { before });
    expect(silent(0, 25)).toMatchObject({ outcome: 'no traffic', needed: 20, unit: 'requests' });
    expect(silent(19, 25).outcome).toBe('too early');
    expect(silent(20, 23).outcome).toBe('too early');
    expect(silent(20, 24).outcome).toBe('fixed');
    const unseen = { before: { incidents: 0, requests: null, hours: 168 } };
    expect(judged({ requests: 0, firstSeen: NOW - 25 * HOUR_MS }, unseen).outcome).toBe('no traffic');
    expect(judged({ requests: null, firstSeen: NOW - 25 * HOUR_MS }, unseen).outcome).toBe('fixed');
  });

  it('cannot be told fixed while incidents name no revision; once it was proven, they say that it is seen again', () => {
    expect(judged({ requests: 5_000 }, { nameless: 2 })).toMatchObject({
      outcome: 'could not look',
      problem: 'revision-unsaid',
      incidents: 0,
    });
    expect(judged({ requests: 5_000, incidents: 1 }, { nameless: 2 })).toMatchObject({
      outcome: 'still seen',
      incidents: 1,
    });
    expect(judged({ requests: 5_000 }, { nameless: 2, isProven: true })).toMatchObject({
      outcome: 'still seen',
      incidents: 2,
    });
    expect(judged({ requests: 5_000 }, { isProven: true }).outcome).toBe('fixed');
  });
});
