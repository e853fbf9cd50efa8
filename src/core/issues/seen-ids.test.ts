import { describe, expect, it } from 'vitest';
import { event } from './event-fixtures.ts';
import { SeenIds } from './seen-ids.ts';

describe('repeats', () => {
  it('are the same id of the same source', () => {
    const seen = new SeenIds(100);
    const one = event({ id: 'a' });
    expect(seen.add(one)).toBe(true);
    expect(seen.add({ ...one })).toBe(false);
    expect(seen.add({ ...one, source: { ...one.source, name: 'other.log' } })).toBe(true);
  });

  it('are recognised within the bound, which is no false one', () => {
    const seen = new SeenIds(200_000);
    const one = event();
    const ids = Array.from({ length: 100_000 }, (_, index) => `entry-${index}`);
    expect(ids.every((id) => seen.add({ ...one, id }))).toBe(true);
    expect(ids.some((id) => seen.add({ ...one, id }))).toBe(false);
    expect(seen.forgotten).toBe(0);
  });

  it('are forgotten, oldest first, beyond it', () => {
    const seen = new SeenIds(10);
    const one = event();
    for (let index = 0; index < 30; index++) seen.add({ ...one, id: `e${index}` });
    expect(seen.forgotten).toBe(20);
    expect(seen.add({ ...one, id: 'e29' })).toBe(false);
    expect(seen.add({ ...one, id: 'e0' })).toBe(true);
  });
});
