import { describe, expect, it } from 'vitest';
import { commit, START } from '../../../test/fixtures/understanding.ts';
import { messagesFor } from '../shared/index.ts';
import { recentCommitViews, relativeTime, suspectViews } from './commits.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const english = { now: START, messages: messagesFor('en') };

describe('how long ago', () => {
  it.each([
    [0, 'just now', 'à l’instant'],
    [-5 * MINUTE, 'just now', 'à l’instant'],
    [MINUTE, '1 minute ago', 'il y a 1 minute'],
    [59 * MINUTE, '59 minutes ago', 'il y a 59 minutes'],
    [60 * MINUTE, '1 hour ago', 'il y a 1 heure'],
    [DAY - 1, '23 hours ago', 'il y a 23 heures'],
    [6 * DAY, '6 days ago', 'il y a 6 jours'],
    [45 * DAY, '1 month ago', 'il y a 1 mois'],
    [800 * DAY, '2 years ago', 'il y a 2 ans'],
  ])('%i ms is "%s"', (elapsed, en, fr) => {
    expect(relativeTime(START - elapsed, START, messagesFor('en'))).toBe(en);
    expect(relativeTime(START - elapsed, START, messagesFor('fr'))).toBe(fr);
  });
});

describe('recent commits', () => {
  it('keep subjects with a bar and letters of every alphabet (rows 17 and 18)', () => {
    const subject = 'Élargir le | panier – 注文';
    const [view] = recentCommitViews(
      [{ ...commit({ subject, authorName: 'Zoé Lefèvre' }), isInRunningRevision: false }],
      {
        limit: 5,
        ...english,
      },
    );
    expect(view).toEqual({
      hash: '4b8e2d90',
      author: 'Zoé Lefèvre',
      time: '3 hours ago',
      message: subject,
      sha: '4b8e2d90c7f135a6e8d4b2c0f9a7e5d3c1b8a6f4',
      committed_at: '2026-03-14T06:00:00.000Z',
      in_running_revision: false,
    });
  });

  it('are as many as the knob says', () => {
    const commits = Array.from({ length: 9 }, () => ({ ...commit(), isInRunningRevision: true }));
    expect(recentCommitViews(commits, { limit: 5, ...english })).toHaveLength(5);
  });
});

describe('suspects', () => {
  it('are ranked with reasons; one without a reason is not named (row 17)', () => {
    const suspect = {
      commit: commit(),
      points: 60,
      score: 0.6,
      confidence: 'high' as const,
      reasons: ['Changed the failing line.'],
    };
    const view = suspectViews(
      { verdict: 'ranked', reason: null, suspects: [{ ...suspect, reasons: [] }, suspect, { ...suspect, score: 7 }] },
      english,
    );
    expect(view.commits.map(({ rank, score, reasons }) => ({ rank, score, reasons }))).toEqual([
      { rank: 1, score: 0.6, reasons: ['Changed the failing line.'] },
      { rank: 2, score: 1, reasons: ['Changed the failing line.'] },
    ]);
  });

  it('keep the reason why none is named', () => {
    const view = suspectViews({ verdict: 'could not look', reason: 'The clone is shallow.', suspects: [] }, english);
    expect(view).toEqual({ verdict: 'could not look', reason: 'The clone is shallow.', commits: [] });
  });
});
