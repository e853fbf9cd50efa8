import { describe, expect, it } from 'vitest';
import type { Event } from '../../events/index.ts';
import { originLookup } from '../application-frame.ts';
import { classify } from '../classify.ts';
import { at, event, exception, pythonFrames, requestEntry, stackEvent } from '../event-fixtures.ts';
import { fold } from '../fold/fold.ts';
import { DEFAULT_UNDERSTANDING_LIMITS as limits } from '../limits.ts';
import { errorTypeOf, titleOf } from './title.ts';

function titled(one: Event): [title: string, errorType: string | null] {
  const [incident] = fold([{ event: one, ...classify(one, limits) }], { limits });
  if (!incident) throw new Error('no incident');
  return [titleOf(incident, originLookup()), errorTypeOf(incident)];
}

describe('the title of an issue', () => {
  it.each<[string, string, string | null, Event]>([
    [
      'of an exception',
      'ValueError: article 4711',
      'ValueError',
      stackEvent(at(0), [exception('shop.ValueError', 'article 4711\nmore', [])]),
    ],
    ['of one without message', 'KeyError', 'KeyError', stackEvent(at(0), [exception('KeyError', null, [])])],
    [
      'of a failed request',
      'HTTP 500 on POST /orders/:id',
      'HTTP 500',
      requestEntry(at(0), { method: 'POST', path: '/orders/9', status: 500 }),
    ],
    [
      'of a full memory',
      'Out of memory: limit 512 MiB, used 573 MiB',
      'OutOfMemory',
      event({ body: 'Memory limit of 512 MiB exceeded with 573 MiB used. See.' }),
    ],
    ['of an exit', 'Container called exit(3).', null, event({ body: 'Container called exit(3).' })],
    [
      'of a message',
      'cannot open the door',
      null,
      event({ severityNumber: 17, body: '\n cannot open   the door\nsecond' }),
    ],
    [
      'of a cut trace',
      'Trace cut by the log, in reserve (src/stock.py:40)',
      null,
      stackEvent(at(0), [exception(null, null, pythonFrames('stock:40:reserve'), { truncated: true })]),
    ],
  ])('%s', (_, title, errorType, one) => {
    expect(titled(one)).toEqual([title, errorType]);
  });

  it('is of the root cause', () => {
    const chain = [
      exception('OrderFailed', 'order 12', []),
      exception('StockError', 'none left', [], { relation: 'cause' }),
    ];
    expect(titled(stackEvent(at(0), chain))).toEqual(['StockError: none left', 'StockError']);
  });

  it('has at most 120 characters, whole ones', () => {
    const [title] = titled(event({ severityNumber: 17, body: '🔥'.repeat(100) }));
    expect(title.length).toBeLessThanOrEqual(120);
    expect(title).toMatch(/^(?:🔥)+…$/u);
  });
});
