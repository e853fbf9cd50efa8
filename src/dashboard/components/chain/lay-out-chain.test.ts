import { describe, expect, it } from 'vitest';
import { layOutChain } from './lay-out-chain.ts';

const edge = (from: string, to: string) => ({ from, to });
const placesOf = (...given: Parameters<typeof layOutChain>) =>
  Object.fromEntries(layOutChain(...given).map(({ id, depth, row }) => [id, [depth, row]]));

describe('the picture of a chain', () => {
  it('puts each job behind the last of those it comes after', () => {
    expect(
      placesOf(
        ['full_sync', 'timeline_report', 'archive', 'digest'],
        [
          edge('full_sync', 'timeline_report'),
          edge('full_sync', 'archive'),
          edge('timeline_report', 'digest'),
          edge('full_sync', 'digest'),
        ],
      ),
    ).toEqual({ full_sync: [0, 0], timeline_report: [1, 0], archive: [1, 1], digest: [2, 0] });
  });

  it('draws chains that have nothing in common below each other', () => {
    expect(placesOf(['a', 'b', 'c', 'd'], [edge('a', 'b'), edge('c', 'd')])).toEqual({
      a: [0, 0],
      b: [1, 0],
      c: [0, 1],
      d: [1, 1],
    });
  });

  it('keeps jobs beside those they come after, so that arrows cross less', () => {
    const places = placesOf(
      ['a', 'b', 'x', 'y', 'top'],
      [edge('top', 'a'), edge('top', 'b'), edge('b', 'x'), edge('a', 'y')],
    );
    expect(places.y![1]).toBeLessThan(places.x![1]!);
  });

  it('ends on a circle and on edges to jobs that are not there', () => {
    expect(layOutChain(['a', 'b'], [edge('a', 'b'), edge('b', 'a'), edge('gone', 'a'), edge('a', 'a')])).toHaveLength(
      2,
    );
    expect(layOutChain([], [])).toEqual([]);
  });

  it('places ten thousand jobs in a row at once', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `job-${index}`);
    const edges = ids.slice(1).map((id, index) => edge(ids[index]!, id));
    expect(layOutChain(ids, edges).at(-1)).toEqual({ id: 'job-9999', depth: 9999, row: 0 });
  });
});
