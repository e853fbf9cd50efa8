import { describe, expect, it } from 'vitest';
import { timelineWindow } from './pages.ts';

describe('the steps of a timeline', () => {
  it('are equal, lie on their own multiples, cover the hours, and are never more than 200', () => {
    const now = Date.UTC(2026, 4, 20, 10, 31, 12, 345);
    for (let hours = 1; hours <= 720; hours++) {
      const { from, to, stepMs } = timelineWindow({ hours, now, service: null });
      expect([from % stepMs, to % stepMs]).toEqual([0, 0]);
      expect(from).toBeLessThanOrEqual(now - hours * 3_600_000);
      expect(to).toBeGreaterThanOrEqual(now);
      expect((to - from) / stepMs).toBeLessThanOrEqual(200);
    }
  });
});
