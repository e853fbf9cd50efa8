import { describe, expect, it } from 'vitest';
import { decodeLogs, decodeTraces, keyValues, logRecord, logsJson, NOON, spansJson } from './otlp-fixtures.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';
const EXCEPTION = {
  'exception.type': 'ValueError',
  'exception.message': 'amount is negative',
  'exception.stacktrace':
    'Traceback (most recent call last):\n  File "/app/pay.py", line 3, in pay\n    check(amount)\nValueError: amount is negative\n',
};

function span(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    traceId: TRACE,
    spanId: SPAN,
    name: 'POST /orders/:id',
    kind: 2,
    startTimeUnixNano: `${NOON}000000`,
    endTimeUnixNano: `${NOON + 40}500000`,
    ...fields,
  };
}

function exceptionEvent(attributes: object = EXCEPTION): Record<string, unknown> {
  return { timeUnixNano: `${NOON + 20}000000`, name: 'exception', attributes: keyValues(attributes) };
}

const FAILED = { status: { code: 2 } };

function eventsOf(...spans: unknown[]) {
  return decodeTraces(spansJson(spans)).events;
}

describe('an exception in a span', () => {
  it('is an event, with what the span says around it', () => {
    const attributes = keyValues({
      'http.request.method': 'POST',
      'url.path': '/orders/7',
      'http.response.status_code': 500,
      'user.id': 'u1',
    });
    const [event] = eventsOf(span({ ...FAILED, attributes, events: [{ name: 'retry' }, exceptionEvent()] }));
    expect(event).toMatchObject({
      time: NOON + 20,
      severityNumber: 17,
      body: 'ValueError: amount is negative',
      stackText: EXCEPTION['exception.stacktrace'],
      service: 'shop',
      logger: 'http',
      traceId: TRACE,
      spanId: SPAN,
      user: { id: 'u1' },
      request: { method: 'POST', path: '/orders/7', status: 500 },
      attributes: { 'span.name': 'POST /orders/:id', 'span.kind': 'server' },
    });
  });

  it('counts whatever the kind and the status of the span', () => {
    const events = eventsOf(...[0, 1, 2, 3, 4, 5].map((kind) => span({ kind, events: [exceptionEvent()] })));
    expect(events).toHaveLength(6);
  });

  it('has no request where the span asked something of another service', () => {
    const attributes = keyValues({ 'http.request.method': 'GET', 'http.response.status_code': 500 });
    expect(eventsOf(span({ kind: 3, attributes, events: [exceptionEvent()] }))[0]?.request).toBeNull();
  });

  it('has the id of the log record that tells of it too', () => {
    const spans = decodeTraces(spansJson([span({ events: [exceptionEvent()] })]));
    const [fromSpan] = spans.events;
    const record = logRecord({
      traceId: TRACE.toUpperCase(),
      spanId: SPAN,
      severityNumber: 17,
      body: { stringValue: 'could not pay' },
      attributes: keyValues({ ...EXCEPTION, 'order.id': 7 }),
    });
    const logs = decodeLogs(logsJson([record]));
    const [fromLog] = logs.events;
    expect(fromLog?.id).toBe(fromSpan?.id);
    expect(fromLog?.time).not.toBe(fromSpan?.time);
    expect([...(logs.claimedTimes ?? [])]).toEqual([[fromLog?.id, 0]]);
    expect(spans.claimedTimes).toEqual(logs.claimedTimes);
    expect(fromLog?.source.name).toBe(fromSpan?.source.name);
    expect(fromLog?.source.kind).toBe(fromSpan?.source.kind);
  });

  it('has another id in another span, of another type, with another message', () => {
    const events = eventsOf(
      span({ events: [exceptionEvent()] }),
      span({ spanId: 'eee19b7ec3c1b175', events: [exceptionEvent()] }),
      span({ events: [exceptionEvent({ ...EXCEPTION, 'exception.type': 'TypeError' })] }),
      span({ events: [exceptionEvent({ ...EXCEPTION, 'exception.message': 'other' })] }),
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);
  });
});

describe('a failed span without an exception', () => {
  it('counts for server and consumer only', () => {
    const events = eventsOf(
      ...[0, 1, 2, 3, 4, 5, 99, -1].map((kind) => span({ ...FAILED, kind, spanId: `${SPAN.slice(0, 15)}${kind & 7}` })),
    );
    expect(events.map(({ attributes }) => attributes['span.kind'])).toEqual(['server', 'consumer']);
  });

  it('counts by the status error only', () => {
    expect(eventsOf(span(), span({ status: {} }), span({ status: { code: 1 } }))).toEqual([]);
    expect(eventsOf(span({ status: { code: 'STATUS_CODE_ERROR' }, kind: 'SPAN_KIND_SERVER' }))).toHaveLength(1);
  });

  it('is stamped at its start, with the time it took', () => {
    const attributes = keyValues({ 'http.method': 'POST', 'http.target': '/orders/7?x=1', 'http.status_code': 500 });
    const [event] = eventsOf(span({ ...FAILED, attributes }));
    expect(event).toMatchObject({
      time: NOON,
      severityNumber: 17,
      body: 'POST /orders/7 → 500',
      request: { method: 'POST', path: '/orders/7', status: 500, durationMs: 40.5 },
      exceptions: [],
      stackText: null,
    });
  });

  it('says what failed in words of the span', () => {
    expect(eventsOf(span({ ...FAILED, kind: 5, name: 'orders process' }))[0]?.body).toBe('orders process: error');
    const status = { code: 2, message: 'queue closed' };
    expect(eventsOf(span({ status, kind: 5, name: 'orders process' }))[0]?.body).toBe('orders process: queue closed');
    const attributes = keyValues({ 'error.type': 'TimeoutError' });
    expect(eventsOf(span({ ...FAILED, kind: 5, name: '', attributes }))[0]?.body).toBe('span: TimeoutError');
  });

  it('has an id of its span, so that a repeat is one', () => {
    const ids = [span(FAILED), span({ ...FAILED, name: 'renamed' })]
      .flatMap((one) => eventsOf(one))
      .map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
    expect(eventsOf(span({ ...FAILED, traceId: '', spanId: '' }))[0]?.id).toMatch(/^otlp-[0-9a-f]{32}$/);
  });
});
