import { describe, expect, it } from 'vitest';
import { failingFrame, originLookup, rootCauseOf } from './application-frame.ts';
import { exception, frame, pythonFrames } from './event-fixtures.ts';

const originOf = originLookup();

describe('where it failed', () => {
  it('is the application frame nearest the throw of the root cause, not the first frame', () => {
    const exceptions = [
      exception('OrderFailed', null, pythonFrames('orders:14:place')),
      exception('StockError', null, pythonFrames('lib/db:9:execute', 'stock:40:reserve', 'orders:12:place'), {
        relation: 'cause',
      }),
    ];
    expect(failingFrame({ exceptions }, originOf)).toMatchObject({ path: 'src/stock.py', frame: { line: 40 } });
  });

  it('is of the next exception outward when the root cause is all library, and none without application frames', () => {
    const library = exception('SocketError', null, pythonFrames('lib/net:1:send'), { relation: 'cause' });
    const raised = exception('OrderFailed', null, pythonFrames('orders:14:place'));
    expect(failingFrame({ exceptions: [raised, library] }, originOf)?.path).toBe('src/orders.py');
    expect(failingFrame({ exceptions: [library] }, originOf)).toBeNull();
    expect(failingFrame({ exceptions: [] }, originOf)).toBeNull();
  });

  it('believes the origin that a frame carries', () => {
    const known = frame('/x/a.py', 1, 'a', { origin: { isApplication: false, rule: 'configured', path: 'a.py' } });
    expect(failingFrame({ exceptions: [exception('E', null, [known])] }, originOf)).toBeNull();
  });
});

describe('the root cause', () => {
  it('is the deepest cause, of a group its first member, never what was suppressed', () => {
    const typeOf = (...relations: ['cause' | 'context' | 'suppressed' | 'member', string][]) =>
      rootCauseOf([
        exception('Raised', null, []),
        ...relations.map(([relation, type]) => exception(type, null, [], { relation })),
      ])?.type;
    expect(typeOf()).toBe('Raised');
    expect(typeOf(['cause', 'A'], ['context', 'B'])).toBe('B');
    expect(typeOf(['suppressed', 'S'], ['cause', 'A'])).toBe('A');
    expect(typeOf(['member', 'A'], ['cause', 'B'], ['member', 'C'])).toBe('B');
    expect(rootCauseOf([])).toBeNull();
  });
});
