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

  it('is the nearest to failures when more came than may be kept', () => {
    const buffer = new ContextBuffer(limits);
    for (let second = 0; second < 20_000; second++) {
      if (second === 5_000) buffer.addFailure(at(second * 1_000));
      buffer.add(event({ id: `s${second}`, time: at(second * 1_000) }));
    }
    const { events } = buffer.finish([at(5_000_000)], new Set());
    expect(events).toHaveLength(10);
    expect(events.every(({ time }) => Math.abs(time - at(5_000_000)) <= 5_000)).toBe(true);
  });

  it('holds the latest ones for the failure that they lead to', () => {
    const buffer = new ContextBuffer(limits);
    buffer.addFailure(at(0));
    for (let second = 0; second < 20_000; second++) buffer.add(event({ time: at(second * 1_000) }));
    buffer.addFailure(at(20_000_000));
    const { events } = buffer.finish([at(20_000_000)], new Set());
    expect(events.map(({ time }) => time)).toEqual(
      Array.from({ length: 10 }, (_, index) => at((19_990 + index) * 1_000)),
    );
  });

  it('is the same for a log without any failure, however long', () => {
    const buffer = new ContextBuffer(limits);
    for (let second = 0; second < 20_000; second++) buffer.add(event({ time: at(second * 1_000) }));
    expect(buffer.finish([], new Set())).toEqual({ events: [], within: 0 });
  });
});
