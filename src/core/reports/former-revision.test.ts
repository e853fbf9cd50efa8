import { describe, expect, it } from 'vitest';
import { FORMER, issueOf, RUNNING, START } from '../../../test/fixtures/understanding.ts';
import type { IssuePast } from '../issues/index.ts';
import { type FormerRevisionInput, formerRevision, runningInLog } from './former-revision.ts';

function find(changes: Partial<FormerRevisionInput>): string | null {
  return formerRevision({ causes: [issueOf(3)], running: RUNNING, seen: [], known: [], ...changes });
}

const remembered = (past: Partial<IssuePast>) => ({
  ...issueOf(3),
  past: { broughtBy: RUNNING, revisions: [RUNNING], former: null, ...past },
});
const seen = (name: string, fromSecondsBefore: number, toSecondsBefore = fromSecondsBefore) => ({
  name,
  from: START - fromSecondsBefore * 1000,
  to: START - toSecondsBefore * 1000,
});

/** That served until a minute before. */
const served = (name: string) => seen(name, 600, 60);

describe('the revision to go back to', () => {
  it('is the one that served last before the first occurrence (row 20)', () => {
    const shown = [seen('shop-00040-old', 900, 700), seen(FORMER, 700, 190), seen(RUNNING, 200)];
    expect(find({ seen: shown })).toBe(FORMER);
  });

  it.each([
    ['the running one', RUNNING],
    ['one by the name of a canary', 'shop-canary-2'],
    ['a word that names no revision', 'PREVIOUS'],
    ['text that is no name', '$(reboot)'],
  ])('is never %s (row 20)', (_what, name) => {
    expect(find({ seen: [served(name)] })).toBeNull();
    expect(find({ known: [name] })).toBeNull();
    expect(find({ causes: [remembered({ former: { name, lastSeen: START } })] })).toBeNull();
  });

  it('is never one that came after the first occurrence (row 20)', () => {
    expect(find({ seen: [seen(FORMER, -1)] })).toBeNull();
  });

  it('is never one that was tried beside the one that served, and given up (row 20)', () => {
    const shown = [seen(FORMER, 900, 100), seen('shop-00042-try', 600, 500), seen(RUNNING, 120)];
    expect(find({ seen: shown })).toBe(FORMER);
  });

  it('is never one that shows the issue itself, in the window or before it', () => {
    const causes = [issueOf(1), issueOf(1, START, { revision: FORMER }, 'issue-2')];
    expect(find({ causes, seen: [served(FORMER)] })).toBeNull();
    expect(find({ causes: [remembered({ revisions: [RUNNING, FORMER] })], seen: [served(FORMER)] })).toBeNull();
  });

  it('is one that a store remembers, where the log begins later; of several the one that served last', () => {
    const of = (name: string, secondsBefore: number) =>
      remembered({ former: { name, lastSeen: START - secondsBefore * 1000 } });
    expect(find({ causes: [of('shop-00040-old', 900), of(FORMER, 60)] })).toBe(FORMER);
    expect(find({ causes: [of(FORMER, 900)], seen: [served('shop-00042')] })).toBe('shop-00042');
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
