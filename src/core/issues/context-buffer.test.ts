import { describe, expect, it } from 'vitest';
import { ContextBuffer } from './context-buffer.ts';
import { at, event } from './event-fixtures.ts';

const limits = { context: 10, contextReachMs: 60_000 };

describe('context', () => {
  it('is within reach of a failure, or of its trace however far', () => {
    const buffer = new ContextBuffer(limits);
    for (const time of [-61_000, -59_000, 0, 61_000]) buffer.add(event({ id: `t${time}`, time: at(time) }));
    buffer.add(event({ id: 'traced', time: at(900_000), traceId: 'trace-1' }));
    expect(buffer.finish([at(0)], new Set(['trace-1'])).events.map(({ id }) => id)).toEqual([
      't-59000',
      't0',
      'traced',
    ]);
    expect(buffer.finish([], new Set()).events).toEqual([]);
  });

  it('holds a bounded number, the nearest to failures and the latest', () => {
    const buffer = new ContextBuffer(limits);
    let held = 0;
    for (let index = 0; index < 20_000; index++) {
      held++;
      if (!buffer.add(event({ time: at(index * 1_000) }))) continue;
      buffer.thin([at(5_000)]);
      held = limits.context + 1_000;
    }
    expect(held).toBeLessThanOrEqual(limits.context * 4 + 1_000);
    const { events } = buffer.finish([at(5_000)], new Set());
    expect(events).toHaveLength(10);
    expect(events.every(({ time }) => Math.abs(time - at(5_000)) <= 5_000)).toBe(true);
  });
});
