import { describe, expect, it } from 'vitest';
import type { SeenRevisionRow, StateDetail } from '../ports.ts';
import { isRegression, type RegressionInput } from './regression.ts';
import { orderRevisions } from './revision-order.ts';

function revision(name: string, firstSeen: number, deployedAt: number | null = null): SeenRevisionRow {
  return { name, firstSeen, deployedAt };
}

const FOUR = [1, 2, 3, 4].map((index) => revision(`r-${index}`, index * 1_000));
const inRevision = (name: string): Extract<StateDetail, { kind: 'resolved' }> => ({
  kind: 'resolved',
  in: 'revision',
  revision: name,
});

function judged(changes: Partial<RegressionInput> & { seen?: string[]; known?: SeenRevisionRow[] }): boolean {
  const { seen = ['r-1', 'r-2'], known = FOUR, ...rest } = changes;
  return isRegression({
    detail: inRevision('r-3'),
    resolvedAt: 3_500,
    background: { revisions: seen, serviceRevisions: known },
    revision: 'r-3',
    from: 9_000,
    ...rest,
  });
}

describe('a resolved issue', () => {
  it.each([
    ['r-1', false],
    ['r-2', false],
    ['r-3', true],
    ['r-4', true],
  ])('regresses in the revision that holds the fix and in later ones: %s', (name, expected) => {
    expect(judged({ revision: name })).toBe(expected);
  });

  it('does not regress again in a later revision it was seen in before', () => {
    expect(judged({ revision: 'r-4', seen: ['r-1', 'r-4'] })).toBe(false);
    expect(judged({ revision: 'r-3', seen: ['r-1', 'r-3', 'r-4'] })).toBe(true);
  });

  it('cannot regress in "the next" before there is one, and does once there is', () => {
    const detail: StateDetail = { kind: 'resolved', in: 'next', after: 'r-4' };
    expect(judged({ detail, revision: 'r-4' })).toBe(false);
    expect(judged({ detail, revision: 'r-2' })).toBe(false);
    expect(judged({ detail, revision: 'r-5' })).toBe(true);
    expect(judged({ detail, revision: 'r-5', known: [...FOUR, revision('r-5', 8_000)] })).toBe(true);
    expect(judged({ detail, revision: null })).toBe(false);
  });

  it('takes the first one for "the next" when none was known', () => {
    const detail: StateDetail = { kind: 'resolved', in: 'next', after: null };
    expect(judged({ detail, revision: 'r-1', known: [revision('r-1', 8_000)], seen: [] })).toBe(true);
    expect(judged({ detail, revision: null, known: [] })).toBe(true);
  });

  it('in a revision that does not exist yet waits for it', () => {
    expect(judged({ detail: inRevision('r-9'), revision: 'r-4' })).toBe(false);
    expect(judged({ detail: inRevision('r-9'), revision: 'r-9' })).toBe(true);
  });

  it('regresses by any incident afterwards when no revisions are known, or when it was resolved "now"', () => {
    const now: StateDetail = { kind: 'resolved', in: 'now' };
    expect(judged({ detail: now, revision: 'r-1' })).toBe(true);
    expect(judged({ detail: now, revision: 'r-1', from: 3_400 })).toBe(false);
    expect(judged({ known: [], seen: [], revision: null })).toBe(true);
  });

  it('regresses by an incident without a revision only once the fix is there', () => {
    expect(judged({ revision: null, from: 3_600 })).toBe(true);
    expect(judged({ revision: null, from: 3_600, known: FOUR.slice(0, 2) })).toBe(false);
  });
});

describe('the order of revisions', () => {
  const names = (rows: SeenRevisionRow[]) => orderRevisions(rows).map(({ name }) => name);

  it('is by first deployment where all were deployed', () => {
    expect(names([revision('2.0.0', 1, 50), revision('1.0.0', 2, 60)])).toEqual(['2.0.0', '1.0.0']);
  });

  it('is by semantic version where all are one', () => {
    const versions = ['1.10.0', 'v1.9.3', '1.10.0-rc.2', '1.10.0-rc.10', '1.10.0-alpha', '2.0.0', '1.10.0-rc'];
    expect(names(versions.map((name, index) => revision(name, index)))).toEqual([
      'v1.9.3',
      '1.10.0-alpha',
      '1.10.0-rc',
      '1.10.0-rc.2',
      '1.10.0-rc.10',
      '1.10.0',
      '2.0.0',
    ]);
    expect(names([revision('shop@1.10.0', 1), revision('shop@1.9.0', 2)])).toEqual(['shop@1.9.0', 'shop@1.10.0']);
  });

  it('is by when each was deployed or first seen otherwise', () => {
    expect(names([revision('9f3c', 30), revision('1.0.0', 20), revision('77aa', 40, 10)])).toEqual([
      '77aa',
      '1.0.0',
      '9f3c',
    ]);
  });
});
