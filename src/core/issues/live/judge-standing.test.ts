import { describe, expect, it } from 'vitest';
import { at, event, request } from '../event-fixtures.ts';
import { createStandingJudge } from './judge-standing.ts';

const MINUTE = 60_000;
const asked = (path: string, time: number, more: Parameters<typeof request>[0] = {}) =>
  event({ time: at(time), observedTime: at(time), request: request({ path, host: 'shop.example', ...more }) });

describe('what an event is to a report', () => {
  it('is told by what happened, not by the severity it was logged at', () => {
    const judge = createStandingJudge({ latencyMs: 1_000 });
    expect(judge(asked('/pay', 0, { status: 502 }), 1)).toBe('error');
    expect(judge(asked('/pay', 0, { status: 404 }), 1)).toBe('warning');
    expect(judge(asked('/pay', 0, { durationMs: 1_001 }), 1)).toBe('latency');
    expect(judge(event({ body: 'order 7 lost', severityNumber: 17 }), 1)).toBe('error');
    expect(judge(event({ body: 'all is well' }), 1)).toBeNull();
  });

  it('is a route that is there for its first request in ten minutes, of each service and host', () => {
    const judge = createStandingJudge({ latencyMs: 1_000 });
    expect(judge(asked('/orders/7', 0), 1)).toBe('served');
    expect(judge(asked('/orders/8', MINUTE), 1)).toBeNull();
    expect(judge(asked('/orders/8', MINUTE, { host: 'old.example' }), 1)).toBe('served');
    expect(judge(asked('/orders/8', MINUTE), 2)).toBe('served');
    expect(judge({ ...asked('/orders/8', MINUTE), service: 'cart' }, 1)).toBe('served');
    expect(judge(asked('/orders/9', 10 * MINUTE), 1)).toBe('served');
  });

  it('stays what it was when the same event comes again, since it was not stored', () => {
    const judge = createStandingJudge({ latencyMs: 1_000 });
    const first = asked('/orders/7', 0);
    expect(judge(first, 1)).toBe('served');
    expect(judge(first, 1)).toBe('served');
    expect(judge(asked('/orders/7', MINUTE), 1)).toBeNull();
  });
});
