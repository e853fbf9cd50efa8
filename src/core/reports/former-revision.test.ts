import { describe, expect, it } from 'vitest';
import { FORMER, issueOf, RUNNING, START } from '../../../test/fixtures/understanding.ts';
import { type FormerRevisionInput, formerRevision, runningInLog } from './former-revision.ts';
import type { KnownRevision } from './input.ts';

const HOUR = 3_600_000;

function listed(name: string, hoursBefore: number, changes: Partial<KnownRevision> = {}): KnownRevision {
  return { name, createdAt: START - hoursBefore * HOUR, isReady: true, trafficPercent: 0, isCanary: false, ...changes };
}

function find(changes: Partial<FormerRevisionInput>): string | null {
  return formerRevision({ causes: [issueOf(3)], running: RUNNING, listed: [], seen: [], known: [], ...changes });
}

const seen = (name: string, fromSecondsBefore: number, toSecondsBefore = fromSecondsBefore) => ({
  name,
  from: START - fromSecondsBefore * 1000,
  to: START - toSecondsBefore * 1000,
});

describe('the revision to go back to', () => {
  it('is the newest ready one that was made before the first occurrence (row 20)', () => {
    const revisions = [
      listed(RUNNING, 1),
      listed('shop-00040-old', 90),
      listed(FORMER, 30),
      listed('shop-00043-new', -1),
    ];
    expect(find({ listed: revisions })).toBe(FORMER);
  });

  it.each<[string, KnownRevision]>([
    ['the running one', listed(RUNNING, 5)],
    ['one that is not ready', listed(FORMER, 5, { isReady: false })],
    ['one whose readiness is unknown', listed(FORMER, 5, { isReady: null })],
    ['a canary', listed(FORMER, 5, { isCanary: true })],
    ['one by the name of a canary', listed('shop-canary-2', 5)],
    ['one that gets a tenth of the traffic', listed(FORMER, 5, { trafficPercent: 10 })],
    ['one made after the first occurrence', listed(FORMER, -1)],
    ['one of unknown age', listed(FORMER, 0, { createdAt: null })],
    ['a word that names no revision', listed('PREVIOUS', 5)],
    ['text that is no name', listed('$(reboot)', 5)],
  ])('is never %s (row 20)', (_what, revision) => {
    expect(find({ listed: [revision] })).toBeNull();
  });

  it('is never one that shows the issue itself', () => {
    const causes = [issueOf(1), issueOf(1, START, { revision: FORMER }, 'issue-2')];
    expect(find({ causes, listed: [listed(FORMER, 5)] })).toBeNull();
  });

  it('comes from the log when the platform was not asked', () => {
    const shown = [seen('shop-00040-old', 900), seen(FORMER, 600, 300), seen(RUNNING, 200)];
    expect(find({ seen: shown })).toBe(FORMER);
  });

  it('is no revision that the log shows only after the running one began: a canary', () => {
    expect(find({ seen: [seen(RUNNING, 600), seen('shop-00043-try', 300)] })).toBeNull();
  });

  it('is one the evidence knows to have been without the issue, when the log shows none', () => {
    expect(find({ known: [FORMER] })).toBe(FORMER);
    expect(find({ known: ['latest'] })).toBeNull();
  });

  it('is unknown without an issue to go back from', () => {
    expect(find({ causes: [], seen: [seen(FORMER, 600)] })).toBeNull();
  });
});

describe('the running revision by the name of the log', () => {
  it('is the one given when the log shows it, else the one seen last, else the one given', () => {
    const shown = [seen(FORMER, 600, 300), seen(RUNNING, 200)];
    expect(runningInLog(FORMER, shown)).toBe(FORMER);
    expect(runningInLog('7d3f0c1', shown)).toBe(RUNNING);
    expect(runningInLog('7d3f0c1', [])).toBe('7d3f0c1');
    expect(runningInLog(null, [])).toBeNull();
  });
});
