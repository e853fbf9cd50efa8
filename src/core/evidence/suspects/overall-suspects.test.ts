import { describe, expect, it } from 'vitest';
import type { IssueEvidence, Suspect, SuspectRanking } from '../issue-evidence.ts';
import { overallSuspects } from './overall-suspects.ts';

const suspect = (sha: string, points: number, reason: string) =>
  ({ commit: { sha }, points, reasons: [reason] }) as Suspect;
const evidence = (suspects: SuspectRanking) => ({ suspects }) as IssueEvidence;
const ranked = (...suspects: Suspect[]) => evidence({ verdict: 'ranked', reason: null, suspects });

describe('overallSuspects', () => {
  it('takes the best points of each commit and the reasons of every issue', () => {
    const { verdict, suspects } = overallSuspects(
      [ranked(suspect('a', 30, 'x')), ranked(suspect('b', 50, 'y'), suspect('a', 70, 'z'))],
      5,
    );
    expect(verdict).toBe('ranked');
    expect(suspects).toMatchObject([
      { commit: { sha: 'a' }, points: 70, reasons: ['x', 'z'] },
      { commit: { sha: 'b' }, points: 50 },
    ]);
  });

  it('says "could not look" rather than "none" when one issue could not be looked into', () => {
    const none = evidence({ verdict: 'none likely', reason: 'old', suspects: [] });
    const missing = evidence({ verdict: 'could not look', reason: 'cut off', suspects: [] });
    expect(overallSuspects([none, missing], 5)).toEqual({ verdict: 'could not look', reason: 'cut off', suspects: [] });
    expect(overallSuspects([none], 5)).toMatchObject({ verdict: 'none likely', reason: 'old' });
    expect(overallSuspects([], 5)).toMatchObject({ verdict: 'none likely' });
  });
});
