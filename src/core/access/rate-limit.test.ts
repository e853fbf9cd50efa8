import { describe, expect, it } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

function limitAt(start = 0, keys?: number) {
  let now = start;
  const limit = createRateLimit({ clock: { now: () => now }, ...(keys ? { keys } : {}) });
  return { limit, pass: (ms: number) => (now += ms) };
}

describe('createRateLimit', () => {
  it('lets a minute’s worth through at once, then what the minute brings', () => {
    const { limit, pass } = limitAt();
    for (let count = 0; count < 60; count++) {
      expect(limit.check('key', 60).isAllowed).toBe(true);
      limit.take('key', 60, 1);
    }
    expect(limit.check('key', 60)).toEqual({ isAllowed: false, retryAfterSeconds: 1 });
    pass(1_000);
    expect(limit.check('key', 60).isAllowed).toBe(true);
  });

  it('makes a key wait for what one large request took beyond its limit', () => {
    const { limit, pass } = limitAt();
    limit.take('key', 60, 120);
    expect(limit.check('key', 60)).toEqual({ isAllowed: false, retryAfterSeconds: 61 });
    pass(61_000);
    expect(limit.check('key', 60).isAllowed).toBe(true);
  });

  it('holds keys apart, and holds no more than it may', () => {
    const { limit } = limitAt(0, 2);
    limit.take('first', 1, 5);
    expect(limit.check('second', 1).isAllowed).toBe(true);
    expect(limit.check('first', 1).isAllowed).toBe(false);
    limit.check('third', 1);
    limit.check('fourth', 1);
    expect(limit.check('first', 1).isAllowed).toBe(true);
  });

  it('gains nothing from a clock that goes back', () => {
    const { limit, pass } = limitAt(1_000_000);
    limit.take('key', 60, 60);
    pass(-500_000);
    expect(limit.check('key', 60).isAllowed).toBe(false);
  });
});
