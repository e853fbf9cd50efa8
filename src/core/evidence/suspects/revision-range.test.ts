import { describe, expect, it } from 'vitest';
import type { Event } from '../../events/index.ts';
import type { Issue, Understanding } from '../../issues/index.ts';
import { revisionRange, seenRevisions } from './revision-range.ts';

const event = (revision: string | null, time: number) => ({ revision, time }) as Event;
const issue = (...revisions: string[]) => ({ revisions }) as Issue;
const seen = seenRevisions({
  issues: [],
  context: [event('c', 30), event('a', 10), event(null, 1), event('b', 20), event('a', 25)],
} as unknown as Understanding);

describe('revisionRange', () => {
  it('orders revisions by when they were first seen', () => {
    expect(seen.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('ends with the first revision that has the issue, and begins with the last before it', () => {
    expect(revisionRange(issue('c'), seen, null)).toEqual({ first: 'c', without: 'b' });
    expect(revisionRange(issue('c', 'b'), seen, null)).toEqual({ first: 'b', without: 'a' });
  });

  it('takes the named revision when the log shows none before', () => {
    expect(revisionRange(issue('a'), seen, null)).toEqual({ first: 'a', without: null });
    expect(revisionRange(issue('a'), seen, 'z')).toEqual({ first: 'a', without: 'z' });
    expect(revisionRange(issue('a'), seen, 'a')).toEqual({ first: 'a', without: null });
    expect(revisionRange(issue(), seen, null)).toEqual({ first: null, without: null });
  });
});
