import { describe, expect, it } from 'vitest';
import { START } from '../../../test/fixtures/understanding.ts';
import type { ReadProblem, ReadProblemKind } from '../events/index.ts';
import { messagesFor } from '../shared/index.ts';
import type { Reading } from './input.ts';
import { describeWindow } from './window.ts';

const MINUTE = 60_000;

function problem(kind: ReadProblemKind): ReadProblem {
  return { kind, name: 'shop-prod', position: '1', count: 1, detail: '' };
}

function windowOf(covered: { from: number | null; to: number | null }, reading: Partial<Reading> = {}) {
  return describeWindow(
    covered,
    { origin: 'live', freshness: '1h', since: START - 60 * MINUTE, until: START, problems: [], ...reading },
    messagesFor('en'),
  );
}

const covered = { from: START - 50 * MINUTE, to: START - 5 * MINUTE };

describe('the window', () => {
  it('begins with the oldest entry really covered and ends where reading ended (row 10)', () => {
    expect(windowOf(covered)).toEqual({
      from: '2026-03-14T08:10:00.000Z',
      to: '2026-03-14T09:00:00.000Z',
      complete: true,
      reason: null,
    });
  });

  it.each<[ReadProblemKind, string]>([
    ['entry-limit', 'Reading shop-prod stopped at the entry limit; older entries were not read.'],
    ['time-limit', 'Reading shop-prod stopped at the time limit; the entries not yet fetched are missing.'],
    ['truncated-input', 'shop-prod ends inside an entry; what followed is missing.'],
    ['unreadable', 'shop-prod could not be read; its entries are missing.'],
    [
      'unread-warnings',
      'Failures of shop-prod were read whole; of its warnings and slow requests only the newest, up to the entry limit.',
    ],
    [
      'unread-routes',
      'shop-prod served more routes than are read: requests for those that only older entries show may count as noise.',
    ],
    [
      'unjudged',
      'Entries of shop-prod up to 1 were stored by an older version: of these only the ones at WARNING and above were read.',
    ],
  ])('says that %s cut it off, and claims no end it did not see (row 10)', (kind, reason) => {
    expect(windowOf(covered, { problems: [problem(kind)] })).toEqual({
      from: '2026-03-14T08:10:00.000Z',
      to: '2026-03-14T08:55:00.000Z',
      complete: false,
      reason,
    });
  });

  it('ends where the source that is furthest behind was read to, and says of each why', () => {
    const behind = (name: string, minutes: number, detail: string): ReadProblem => {
      const position = new Date(START - minutes * MINUTE).toISOString();
      return { kind: 'behind', name, position, count: 1, detail };
    };
    const problems = [behind('p1', 20, 'Access was refused.'), behind('app.log', 30, '')];
    expect(windowOf(covered, { problems })).toEqual({
      from: '2026-03-14T08:10:00.000Z',
      to: '2026-03-14T08:30:00.000Z',
      complete: false,
      reason:
        'p1 was read up to 2026-03-14T08:40:00.000Z (Access was refused); what it has since is missing. app.log was read up to 2026-03-14T08:30:00.000Z; what it has since is missing.',
    });
    // Not in the window at all: what others sent is all that there is.
    expect(windowOf(covered, { problems: [behind('p1', 90, '')] }).to).toBe('2026-03-14T08:55:00.000Z');
  });

  it('is not cut by single entries that could not be read', () => {
    const problems = (['broken-entry', 'foreign-line', 'duplicate', 'oversized-line'] as const).map(problem);
    expect(windowOf(covered, { problems }).complete).toBe(true);
  });

  it('names each kind of cut once', () => {
    const problems = [problem('truncated-input'), problem('entry-limit'), problem('truncated-input')];
    expect(windowOf(covered, { problems }).reason).toBe(
      'shop-prod ends inside an entry; what followed is missing. Reading shop-prod stopped at the entry limit; older entries were not read.',
    );
  });

  it('does not claim that a saved file holds everything', () => {
    const window = windowOf(covered, { origin: 'saved', freshness: 'all', since: null, until: null });
    expect(window).toMatchObject({ from: '2026-03-14T08:10:00.000Z', to: '2026-03-14T08:55:00.000Z', complete: null });
    expect(window.reason).toContain('saved file');
  });

  it('without entries is the window that was looked at, or none', () => {
    const none = { from: null, to: null };
    expect(windowOf(none)).toMatchObject({
      from: '2026-03-14T08:00:00.000Z',
      to: '2026-03-14T09:00:00.000Z',
      complete: true,
    });
    expect(windowOf(none, { problems: [problem('time-limit')] })).toMatchObject({
      from: null,
      to: null,
      complete: false,
    });
    expect(windowOf(none, { since: null, until: null })).toMatchObject({ from: null, to: null });
  });
});
