import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../events/index.ts';
import { originLookup } from '../application-frame.ts';
import { classify } from '../classify.ts';
import {
  accessLine,
  at,
  completedLine,
  event,
  exception,
  frame,
  pythonFrames,
  requestEntry,
  stackEvent,
} from '../event-fixtures.ts';
import { createFingerprinter } from '../fingerprint/v1.ts';
import { DEFAULT_UNDERSTANDING_LIMITS } from '../limits.ts';
import { createQueueReader, isFoldCandidate, serializeForFold } from './queued-event.ts';

const fingerprintOf = createFingerprinter(originLookup());
const known = (one: Event) => {
  const classified = classify(one, DEFAULT_UNDERSTANDING_LIMITS);
  return { classified, hashes: fingerprintOf({ event: one, ...classified }).hashes };
};

const EVENTS: Event[] = [
  event({ severityNumber: 17, body: `could not charge order 12\n${'x'.repeat(50_000)}`, payload: { all: 'of it' } }),
  event({ severityNumber: 17, body: `${'y'.repeat(3_000)}\nContainer called exit(3).` }),
  requestEntry(at(3), { path: '/a?b=c', status: 500 }, { traceId: 'trace-1', instance: 'i-1' }),
  accessLine(at(4), { path: '/a', status: 503 }),
  completedLine(at(5.25), 'POST', '/api/reports', 500),
  stackEvent(at(6), [
    exception('OrderFailed', 'order 12', pythonFrames('orders:14:place', 'lib/x:7:post')),
    exception('KeyError', 'sku\nsecond line', pythonFrames('stock:40:reserve'), { relation: 'cause', truncated: true }),
  ]),
  stackEvent(
    at(7),
    [exception('E', null, [frame(null, null, null, { module: 'm', inApp: false })], { language: 'java' })],
    {
      attributes: { 'sentry.fingerprint': ['{{ default }}', 7, 'x'.repeat(400)], password: 'never', deep: { a: [1] } },
      user: { id: 'u-1', name: 'Maria' },
      breadcrumbs: [{ time: 1, category: 'http', message: 'GET /', level: null }],
    },
  ),
  event({ severityNumber: 17, attributes: { kind: 'Event', involvedObject: { name: 'pod' }, reason: 'OOMKilled' } }),
  event({ severityNumber: 17, template: 'could not charge {order}', attributes: { order: 7 } }),
];

describe('a queued event', () => {
  it.each(EVENTS.map((one): [string, Event] => [one.body.slice(0, 30), one]))(
    'says the same as the whole one: %s',
    (_, whole) => {
      const read = createQueueReader()(serializeForFold(whole), 'shop');
      expect(read).not.toBeNull();
      expect(known(read!)).toEqual(known(whole));
      const { id, time, severityNumber, revision, instance, traceId, entries, source } = whole;
      expect(read).toMatchObject({ id, time, severityNumber, revision, instance, traceId, entries, service: 'shop' });
      expect(read?.source).toEqual({ ...source, position: '' });
      expect(Object.keys(read?.attributes ?? {}).length > 0).toBe(Object.keys(whole.attributes).length > 0);
      expect(read?.user?.id).toBe(whole.user?.id);
    },
  );

  it('holds no payload, no breadcrumb, no foreign attribute, no name, and of a long text the beginning', () => {
    const text = EVENTS.map(serializeForFold).join('\n');
    for (const absent of ['of it', 'GET /"', 'never', 'Maria']) expect(text).not.toContain(absent);
    expect(serializeForFold(EVENTS[0]!).length).toBeLessThan(2_600);
  });

  it('shares the stack with its equals, and the frames with those of another message', () => {
    const read = createQueueReader();
    const failed = (message: string) => stackEvent(at(0), [exception('E', message, pythonFrames('a:1:f', 'b:2:g'))]);
    const [one, same, other] = [failed('x'), failed('x'), failed('y')].map((made) =>
      read(serializeForFold(made), 'shop'),
    );
    expect(same?.exceptions).toBe(one?.exceptions);
    expect(other?.exceptions).not.toBe(one?.exceptions);
    expect(other?.exceptions[0]?.frames).toBe(one?.exceptions[0]?.frames);
  });

  it('that is none is null, whatever it is', () => {
    const read = createQueueReader();
    const whole = serializeForFold(EVENTS[5]!);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.string(), (length, junk) => {
        expect(read(junk, 'shop')).toBeNull();
        const cut = read(whole.slice(0, length), 'shop');
        expect(cut === null || cut.id === EVENTS[5]?.id).toBe(true);
      }),
    );
    for (const text of ['null', '{}', '[]', '[1,2]', '["a","b"]']) expect(read(text, 'shop')).toBeNull();
  });
});

describe('what is queued', () => {
  it('may be part of a failure: an error, a stack, a 5xx, a death', () => {
    expect(EVENTS.every(isFoldCandidate)).toBe(true);
    expect(isFoldCandidate(event({ severityNumber: 13, body: 'Container called exit(1).' }))).toBe(true);
    expect(isFoldCandidate(stackEvent(at(0), [exception('E', null, [])], { severityNumber: 9 }))).toBe(true);
  });

  it('is no warning, no refused request, no quiet line, and no poll of Guardian that was answered', () => {
    for (const quiet of [
      event(),
      event({ severityNumber: 16 }),
      requestEntry(at(0), { path: '/a', status: 404 }),
      requestEntry(at(0), { path: '/a', status: 200, durationMs: 60_000 }),
      requestEntry(at(0), { path: '/healthz', status: 404, userAgent: 'Guardian/0.1' }, { severityNumber: 17 }),
    ])
      expect(isFoldCandidate(quiet)).toBe(false);
  });
});
