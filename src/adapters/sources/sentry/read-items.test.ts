import { describe, expect, it } from 'vitest';
import { ARRIVAL, BOUNDS, decode, envelopeOf } from './sentry-fixtures.ts';

const ID = '9ec79c33ec9942ab8353589fcb2e04dc';
const SID = '5653b74204d642e6bb73dda5fb0e6f9a';

describe('logs', () => {
  const log = {
    timestamp: 1773480413.25,
    trace_id: '22bc8db852091425d3b40f46dd31c6b9',
    span_id: '9ce073ea6203a9cc',
    level: 'warn',
    body: 'user ada is slow',
    attributes: {
      'sentry.message.template': { value: 'user %s is slow', type: 'string' },
      'sentry.message.parameter.0': { value: 'ada', type: 'string' },
      'service.name': { value: 'shop-api', type: 'string' },
      'sentry.release': { value: '7f3c2a1', type: 'string' },
      'sentry.environment': { value: 'production', type: 'string' },
      'sentry.server.address': { value: 'web-1', type: 'string' },
      'logger.name': { value: 'shop.users', type: 'string' },
      'sentry.sdk.name': { value: 'sentry.python', type: 'string' },
    },
  };
  const item = (...logs: unknown[]): [object, unknown] => [{ type: 'log', item_count: logs.length }, { items: logs }];

  it('are one event each', () => {
    const { events } = decode(envelopeOf({}, item(log, { ...log, body: 'second' })));
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      time: ARRIVAL - 339,
      severityNumber: 13,
      severityText: 'warn',
      body: 'user ada is slow',
      template: 'user %s is slow',
      service: 'shop-api',
      revision: '7f3c2a1',
      environment: 'production',
      instance: 'web-1',
      logger: 'shop.users',
      traceId: log.trace_id,
      spanId: log.span_id,
      trust: 'server',
    });
  });

  it('that say the same twice are two, and the same envelope again is none more', () => {
    const body = envelopeOf({}, item(log, log));
    const ids = decode(body).events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(decode(body).events.map(({ id }) => id)).toEqual(ids);
  });

  it('that say nothing, or too much, are counted', () => {
    const bounds = { ...BOUNDS, itemBytes: 2_000, items: 3 };
    const large = { ...log, body: 'x'.repeat(3_000) };
    const { events, dropped } = decode(envelopeOf({}, item(log, { level: 'info' }, large, log, log)), {}, bounds);
    expect(events).toHaveLength(1);
    expect(dropped).toEqual([
      { reason: 'too-many', category: 'log_item', quantity: 2 },
      { reason: 'invalid', category: 'log_item', quantity: 1 },
      { reason: 'too-large', category: 'log_item', quantity: 1 },
    ]);
  });

  it('of a browser are anybody’s word', () => {
    const front = { ...log, attributes: { 'sentry.sdk.name': { value: 'sentry.javascript.react', type: 'string' } } };
    expect(decode(envelopeOf({}, item(front))).events[0]?.trust).toBe('public');
  });
});

describe('sessions', () => {
  const session = {
    sid: SID,
    did: 'u-17',
    init: true,
    started: '2026-03-14T09:26:00.000Z',
    timestamp: '2026-03-14T09:26:50.000Z',
    status: 'crashed',
    errors: 1,
    duration: 50.5,
    attrs: { release: 'shop@1', environment: 'production' },
  };

  it('are kept update by update', () => {
    const { records } = decode(
      envelopeOf({}, [{ type: 'session' }, { ...session, status: 'ok' }], [{ type: 'session' }, session]),
    );
    expect(records).toMatchObject([
      { kind: 'session', payload: { sid: SID, status: 'ok' } },
      {
        kind: 'session',
        time: Date.UTC(2026, 2, 14, 9, 26, 50),
        payload: {
          sid: SID,
          did: 'u-17',
          init: true,
          status: 'crashed',
          errors: 1,
          durationMs: 50_500,
          release: 'shop@1',
        },
      },
    ]);
    expect(records[0]?.id).not.toBe(records[1]?.id);
  });

  it('are kept as counts too', () => {
    const { records, dropped } = decode(
      envelopeOf({ sent_at: '2026-03-14T09:26:53.000Z' }, [
        { type: 'sessions' },
        {
          attrs: { release: 'shop@1', environment: 'production' },
          aggregates: [
            { started: '2026-03-14T09:26:00Z', exited: 40, crashed: 2 },
            { started: '2026-03-14T09:25:00Z' },
          ],
        },
      ]),
    );
    expect(records).toMatchObject([
      { kind: 'session', payload: { aggregate: true, exited: 40, crashed: 2, errored: 0, release: 'shop@1' } },
    ]);
    expect(dropped).toEqual([{ reason: 'invalid', category: 'session', quantity: 1 }]);
  });

  it('are a hundred at most, and known by id and state', () => {
    const many = Array.from({ length: 103 }, (_, seq): [object, unknown] => [{ type: 'session' }, { ...session, seq }]);
    const { records, dropped } = decode(envelopeOf({}, ...many, [{ type: 'session' }, { sid: 'x' }]));
    expect(records).toHaveLength(100);
    expect(dropped).toEqual([{ reason: 'too-many', category: 'session', quantity: 4 }]);
    const odd = decode(
      envelopeOf({}, [{ type: 'session' }, { ...session, status: 'fine' }], [{ type: 'session' }, {}]),
    );
    expect(odd.dropped).toEqual([{ reason: 'invalid', category: 'session', quantity: 2 }]);
  });
});

describe('other records', () => {
  it('check-ins name their monitor; the id of zeros means the latest', () => {
    const checkIn = { check_in_id: '0'.repeat(32), monitor_slug: 'Nightly Import', status: 'ok', duration: 12.5 };
    const { records, dropped } = decode(
      envelopeOf({}, [{ type: 'check_in' }, checkIn], [{ type: 'check_in' }, { ...checkIn, status: 'missed' }]),
    );
    expect(records).toMatchObject([
      { kind: 'check-in', payload: { checkInId: null, monitor: 'nightly-import', status: 'ok', durationMs: 12_500 } },
    ]);
    expect(dropped).toEqual([{ reason: 'invalid', category: 'monitor', quantity: 1 }]);
  });

  it('feedback comes new and old', () => {
    const { records, reply } = decode(
      envelopeOf(
        { event_id: ID },
        [
          { type: 'feedback' },
          {
            contexts: {
              feedback: { message: 'broken', contact_email: 'a@b.c', name: 'Ada', associated_event_id: SID, url: '/x' },
            },
          },
        ],
        [{ type: 'user_report' }, { event_id: SID, name: 'Bo', email: 'b@b.c', comments: 'me too' }],
        [{ type: 'feedback' }, { contexts: {} }],
      ),
    );
    expect(records).toMatchObject([
      {
        kind: 'feedback',
        id: ID,
        payload: { message: 'broken', email: 'a@b.c', name: 'Ada', eventId: SID, url: '/x' },
      },
      { kind: 'feedback', payload: { message: 'me too', email: 'b@b.c', name: 'Bo', eventId: SID } },
    ]);
    expect(reply([]).body).toBe(`{"id":"${ID}"}`);
  });

  it('attachments keep their bytes, up to the bound', () => {
    const content = Buffer.from([0, 10, 255, 10]);
    const body = Buffer.concat([
      Buffer.from(
        `{"event_id":"${ID}"}\n{"type":"attachment","length":4,"filename":"core.bin","content_type":"x/y"}\n`,
      ),
      content,
      Buffer.from('\n'),
    ]);
    expect(decode(body).records).toMatchObject([
      {
        kind: 'attachment',
        payload: { eventId: ID, name: 'core.bin', contentType: 'x/y', bytes: 4, content: 'AAr/Cg==' },
      },
    ]);
    expect(decode(body, {}, { ...BOUNDS, attachmentBytes: 3 }).dropped).toEqual([
      { reason: 'too-large', category: 'attachment', quantity: 1 },
    ]);
  });

  it('a transaction is the request it was', () => {
    const transaction = {
      type: 'transaction',
      transaction: 'GET /carts/:id',
      transaction_info: { source: 'route' },
      start_timestamp: 1773480413,
      timestamp: 1773480413.25,
      contexts: {
        trace: {
          trace_id: '22bc8db852091425d3b40f46dd31c6b9',
          op: 'http.server',
          status: 'internal_error',
          data: { 'http.response.status_code': 500 },
        },
      },
      request: { url: 'https://shop.example/carts/7?token=x', method: 'GET' },
      spans: [{}, {}],
    };
    const { records } = decode(envelopeOf({ event_id: ID }, [{ type: 'transaction' }, transaction]));
    expect(records).toMatchObject([
      {
        kind: 'transaction',
        id: ID,
        payload: {
          method: 'GET',
          path: '/carts/7',
          route: '/carts/:id',
          host: 'shop.example',
          httpStatus: 500,
          durationMs: 250,
          status: 'internal_error',
          spans: 2,
        },
      },
    ]);
  });

  it('what a client lost is counted with its reason', () => {
    const { dropped } = decode(
      envelopeOf({}, [
        { type: 'client_report' },
        {
          timestamp: 1773480413,
          discarded_events: [
            { reason: 'ratelimit_backoff', category: 'error', quantity: 3 },
            { reason: 'ratelimit_backoff', category: 'error', quantity: 2 },
            { reason: 'Drop\nTable', category: 'transaction', quantity: 1 },
            { reason: 'queue_overflow', category: 'error', quantity: -1 },
            null,
          ],
        },
      ]),
    );
    expect(dropped).toEqual([
      { reason: 'lost-at-client:ratelimit_backoff', category: 'error', quantity: 5 },
      { reason: 'lost-at-client:other', category: 'transaction', quantity: 1 },
    ]);
  });
});
