import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { collectAll, createGivingBack } from './give-back-memory.ts';

const MB = 1024 * 1024;

/** A heap that a collection brings to 30 MB. */
function open() {
  const state = { heap: 40 * MB, busy: 0, at: 0, times: 0 };
  const look = createGivingBack({
    heapBytes: () => state.heap,
    busyShare: () => state.busy,
    collect() {
      state.times++;
      state.heap = 30 * MB;
    },
    now: () => state.at,
  });
  const lookAfter = (ms: number, change: Partial<typeof state> = {}) => {
    Object.assign(state, change, { at: state.at + ms });
    look();
    return state.times;
  };
  return lookAfter;
}

describe('memory', () => {
  it('is given back once the server is quiet, and not again before it took more', () => {
    const lookAfter = open();
    expect(lookAfter(10_000, { busy: 0.4 })).toBe(0);
    expect(lookAfter(10_000, { busy: 0.01 })).toBe(1);
    expect(lookAfter(600_000)).toBe(1);
    expect(lookAfter(600_000, { heap: 33 * MB })).toBe(1);
    expect(lookAfter(600_000, { heap: 35 * MB })).toBe(2);
  });

  it('is not looked for again within two minutes, however much it grows', () => {
    const lookAfter = open();
    expect(lookAfter(10_000)).toBe(1);
    expect(lookAfter(119_000, { heap: 60 * MB })).toBe(1);
    expect(lookAfter(1_000)).toBe(2);
  });

  it('that nobody holds is free after it', async () => {
    const held = new WeakRef(new Array(1_000).fill(0).map((_, index) => ({ index })));
    const isCallable = 'gc' in globalThis;
    // What was made in a turn lives as long as the turn.
    await nextTurn();
    collectAll();
    expect(held.deref()).toBeUndefined();
    expect('gc' in globalThis).toBe(isCallable);
  });
});
