import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchNearest } from './match-nearest.ts';

interface Point {
  at: number;
  kind: 'a' | 'b';
}

function match(points: readonly Point[], reach: number): [Point, Point][] {
  const pairs: [Point, Point][] = [];
  matchNearest({
    items: points.toSorted((left, right) => left.at - right.at),
    isPair: (left, right) => left.kind !== right.kind && right.at - left.at <= reach,
    distance: (left, right) => right.at - left.at,
    join: (left, right) => pairs.push([left, right]) > 0,
  });
  return pairs;
}

/** The same by trying all pairs, nearest first. */
function matchByHand(points: readonly Point[], reach: number): number[] {
  const sorted = points.toSorted((left, right) => left.at - right.at);
  const pairs = sorted
    .flatMap((left, i) => sorted.slice(i + 1).map((right) => ({ left, right, distance: right.at - left.at })))
    .filter(({ left, right, distance }) => left.kind !== right.kind && distance <= reach)
    .sort((x, y) => x.distance - y.distance);
  const taken = new Set<Point>();
  const distances: number[] = [];
  for (const { left, right, distance } of pairs) {
    if (taken.has(left) || taken.has(right)) continue;
    taken.add(left).add(right);
    distances.push(distance);
  }
  return distances;
}

describe('matching nearest pairs one to one', () => {
  it('gives each point one partner, the nearest pair first', () => {
    const points: Point[] = [
      { at: 0, kind: 'a' },
      { at: 10, kind: 'b' },
      { at: 11, kind: 'a' },
      { at: 30, kind: 'b' },
    ];
    expect(match(points, 100).map(([left, right]) => [left.at, right.at])).toEqual([
      [10, 11],
      [0, 30],
    ]);
  });

  it('finds the pairs that trying all of them finds', () => {
    const point = fc.record({
      at: fc.double({ min: 0, max: 1_000, noNaN: true }),
      kind: fc.constantFrom('a' as const, 'b' as const),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(point, { selector: ({ at }) => at, maxLength: 30 }),
        fc.integer({ min: 1, max: 500 }),
        (points, reach) => {
          const distances = match(points, reach).map(([left, right]) => right.at - left.at);
          expect(distances).toEqual(matchByHand(points, reach));
        },
      ),
    );
  });
});
