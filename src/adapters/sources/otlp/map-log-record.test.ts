import { describe, expect, it } from 'vitest';
import { createEventPipeline, type Event } from '../../../core/events/index.ts';
import { anyValue, decodeLogs, keyValues, logRecord, logsJson, NOON } from './otlp-fixtures.ts';

const TRACE = '5B8EFFF798038103D269B633813FC60C';
const SPAN = 'EEE19B7EC3C1B174';
const JAVA_STACK = [
  'java.lang.IllegalStateException: stock is negative',
  '\tat com.example.shop.Basket.take(Basket.java:42)',
  '\tat com.example.shop.Order.place(Order.java:17)',
].join('\n');

function eventOf(fields: Record<string, unknown>, resource?: object): Event {
  const { events } = decodeLogs(logsJson([logRecord(fields)], resource));
  expect(events).toHaveLength(1);
  return events[0]!;
}

/** As the server does: raw events through the pipeline. */
function finished(event: Event): Event {
  const pipeline = createEventPipeline({ clock: { now: () => NOON } });
  const [done] = [...pipeline.push([event]), ...pipeline.flush()];
  return done!;
}

function withAttributes(attributes: object): Event {
  return eventOf({ attributes: keyValues(attributes) });
}

describe('a log record as an event', () => {
  it('keeps what the record says', () => {
    const event = eventOf({
      timeUnixNano: '1770724800123456789',
      observedTimeUnixNano: '1770724801000000000',
      severityNumber: 17,
      severityText: 'Error',
      body: { stringValue: 'payment failed' },
      attributes: keyValues({ 'order.id': 7, 'user.id': 'u1', 'user.name': 'Ada', ok: false, share: 0.5 }),
      traceId: TRACE,
      spanId: SPAN,
    });
    expect(event).toMatchObject({
      time: 1_770_724_800_123.4568,
      observedTime: NOON + 5_000,
      timeSuspect: false,
      severityNumber: 17,
      severityText: 'Error',
      body: 'payment failed',
      logger: 'orders',
      service: 'shop',
      revision: '1.4.0',
      traceId: TRACE.toLowerCase(),
      spanId: SPAN.toLowerCase(),
      user: { id: 'u1', name: 'Ada' },
      attributes: { 'order.id': 7, ok: false, share: 0.5 },
      payload: null,
      trust: 'server',
      truncated: false,
      entries: 1,
    });
    expect(event.source).toMatchObject({ kind: 'otlp', name: 'shop', position: 'logs 1' });
  });

  it('takes the observed time where the record has none, and the time of arrival where it has neither', () => {
    expect(eventOf({ timeUnixNano: 0, observedTimeUnixNano: `${NOON}000000` })).toMatchObject({
      time: NOON,
      timeSuspect: false,
    });
    const untold = { timeUnixNano: '0', observedTimeUnixNano: undefined };
    expect(eventOf(untold)).toMatchObject({ time: NOON + 5_000, timeSuspect: true });
    expect(eventOf({ timeUnixNano: '18446744073709551615' }).time).toBe(18_446_744_073_709.55);
  });

  it('reads a time given as a JSON number', () => {
    expect(eventOf({ timeUnixNano: NOON * 1e6 }).time).toBe(NOON);
  });

  it('takes ids that are none as none', () => {
    for (const traceId of ['', '0'.repeat(32), 'xyz', TRACE.slice(1), 7, null]) {
      expect(eventOf({ traceId }).traceId).toBeNull();
    }
  });

  it('reads a severity from its text where the number is missing', () => {
    expect(eventOf({ severityNumber: 0, severityText: 'WARNING' }).severityNumber).toBe(13);
    expect(eventOf({ severityNumber: 'SEVERITY_NUMBER_ERROR2' }).severityNumber).toBe(18);
    expect(eventOf({ severityNumber: 99, severityText: 'odd' }).severityNumber).toBe(0);
  });

  it('reads lines that a collector sent as they stood', () => {
    const event = eventOf({
      severityNumber: undefined,
      body: { stringValue: '2026-02-10 11:59:58,120 ERROR [shop.basket] could not reserve item 7' },
      attributes: keyValues({ 'log.file.path': '/var/log/shop.log' }),
    });
    expect(event).toMatchObject({ time: NOON, severityNumber: 17, body: 'could not reserve item 7', logger: 'orders' });
    expect(event.source.stream).toContain('/var/log/shop.log');
    const access = eventOf({
      severityNumber: 0,
      body: { stringValue: '203.0.113.9 - - [10/Feb/2026:12:00:00 +0000] "GET /cart HTTP/1.1" 502 17 "-" "curl/8"' },
    });
    expect(finished(access)).toMatchObject({ severityNumber: 17, request: { path: '/cart', status: 502 } });
  });
});

describe('the body', () => {
  it('is a text of whatever value it has', () => {
    expect(eventOf({ body: anyValue(7) }).body).toBe('7');
    expect(eventOf({ body: anyValue(true) }).body).toBe('true');
    expect(eventOf({ body: anyValue(['a', 2]) }).body).toBe('["a",2]');
    expect(eventOf({ body: anyValue(new Uint8Array([1, 2])) }).body).toBe('AQI=');
    expect(eventOf({ body: { intValue: '9223372036854775807' } }).body).toBe('9223372036854775807');
    expect(eventOf({ body: { doubleValue: 'NaN' } }).body).toBe('NaN');
  });

  it('is the message of a structured one, which is kept whole', () => {
    const event = eventOf({ body: anyValue({ message: 'paid', amount: 12, card: { brand: 'x' } }) });
    expect(event.body).toBe('paid');
    expect(event.payload).toEqual({ message: 'paid', amount: 12, card: { brand: 'x' } });
    expect(eventOf({ body: anyValue({ a: 1 }) }).body).toBe('{"a":1}');
  });

  it('is never empty: the exception, the event, the attributes speak where there is none', () => {
    const attributes = keyValues({ 'exception.type': 'E', 'exception.message': 'bad' });
    expect(eventOf({ body: undefined, attributes }).body).toBe('E: bad');
    expect(eventOf({ body: {}, eventName: 'session.start' })).toMatchObject({
      body: 'session.start',
      attributes: { 'event.name': 'session.start' },
    });
    expect(eventOf({ body: { stringValue: ' ' }, attributes: keyValues({ a: 1 }) }).body).toBe('{"a":1}');
  });

  it('refuses a record that says nothing', () => {
    const { events, dropped } = decodeLogs(logsJson([logRecord(), {}]));
    expect(events).toHaveLength(1);
    expect(dropped).toEqual([{ reason: 'invalid', category: 'log_item', quantity: 1 }]);
  });
});

describe('exceptions of log records', () => {
  it('hands the stack to the pipeline, not as an attribute', () => {
    const event = withAttributes({
      'exception.type': 'java.lang.IllegalStateException',
      'exception.message': 'stock is negative',
      'exception.stacktrace': JAVA_STACK,
    });
    expect(event.stackText).toBe(JAVA_STACK);
    expect(event.attributes).not.toHaveProperty('exception.stacktrace');
    const [exception] = finished(event).exceptions;
    expect(exception).toMatchObject({ type: 'java.lang.IllegalStateException', message: 'stock is negative' });
    expect(exception?.frames).toHaveLength(2);
  });

  it('names the exception where the stack does not, as Go writes it', () => {
    const event = withAttributes({
      'exception.type': '*errors.errorString',
      'exception.message': 'no rows',
      'exception.stacktrace':
        'goroutine 1 [running]:\nmain.load(0x1)\n\t/app/main.go:20 +0x1d\nmain.main()\n\t/app/main.go:9 +0x2a\n',
    });
    const [exception] = finished(event).exceptions;
    expect(exception).toMatchObject({ type: '*errors.errorString', message: 'no rows' });
    expect(exception?.frames.map(({ line }) => line)).toEqual([20, 9]);
  });

  it('keeps type and message where there is no stack, or one without frames', () => {
    const told = { 'exception.type': 'TimeoutError', 'exception.message': 'after 30 s' };
    for (const stack of [{}, { 'exception.stacktrace': 'TimeoutError: after 30 s' }]) {
      const event = eventOf({ severityNumber: 0, attributes: keyValues({ ...told, ...stack }) });
      expect(finished(event)).toMatchObject({
        severityNumber: 17,
        exceptions: [{ type: 'TimeoutError', message: 'after 30 s', frames: [] }],
      });
    }
  });
});

describe('requests of log records', () => {
  it('reads the names of today', () => {
    const event = withAttributes({
      'http.request.method': 'post',
      'url.path': '/orders/7',
      'http.route': '/orders/:id',
      'http.response.status_code': 503,
      'server.address': 'shop.example',
      'user_agent.original': 'curl/8',
      'client.address': '203.0.113.9',
      'http.request.header.x-request-id': ['r1'],
    });
    expect(event.request).toEqual({
      method: 'POST',
      path: '/orders/7',
      route: '/orders/:id',
      host: 'shop.example',
      status: 503,
      durationMs: null,
      userAgent: 'curl/8',
      clientAddress: '203.0.113.9',
      id: 'r1',
    });
  });

  it('reads the names of before', () => {
    const event = withAttributes({
      'http.method': 'GET',
      'http.url': 'https://shop.example/cart?size=2',
      'http.status_code': '404',
      'http.user_agent': 'curl/8',
      'http.client_ip': '203.0.113.9',
    });
    expect(event.request).toMatchObject({
      method: 'GET',
      path: '/cart',
      host: 'shop.example',
      status: 404,
      userAgent: 'curl/8',
      clientAddress: '203.0.113.9',
    });
  });

  it('takes a URL alone for no request', () => {
    expect(withAttributes({ 'url.full': 'https://a.example/' }).request).toBeNull();
    expect(withAttributes({ 'http.request.header.accept': 'x' }).request).toBeNull();
  });
});

describe('the resource', () => {
  it('gives service, revision, environment and instance; the commit wins over the version', () => {
    const event = eventOf(
      {},
      {
        'service.name': 'shop',
        'service.version': '1.4.0',
        'vcs.ref.head.revision': '9d59409acf479dfa0df1aa568182e43e43df8bbe',
        'service.instance.id': 'i-7',
        'deployment.environment.name': 'production',
        'deployment.environment': 'old',
        'cloud.region': 'europe-west9',
      },
    );
    expect(event).toMatchObject({
      service: 'shop',
      revision: '9d59409acf479dfa0df1aa568182e43e43df8bbe',
      environment: 'production',
      instance: 'i-7',
      attributes: { 'service.version': '1.4.0', 'cloud.region': 'europe-west9' },
    });
    expect(event.attributes).not.toHaveProperty('service.name');
  });

  it('understands the environment by its old name, and a pod as instance', () => {
    const resource = { 'deployment.environment': 'staging', 'k8s.pod.name': 'shop-5f' };
    expect(eventOf({}, resource)).toMatchObject({ service: null, environment: 'staging', instance: 'shop-5f' });
  });

  it('loses to an attribute of the same name', () => {
    const { events } = decodeLogs(
      logsJson([logRecord({ attributes: keyValues({ region: 'a' }) })], { region: 'b', zone: 'c' }),
    );
    expect(events[0]?.attributes).toEqual({ region: 'a', zone: 'c' });
  });
});

describe('ids', () => {
  const ids = (body: string) => decodeLogs(body).events.map(({ id }) => id);

  it('are the same when a client sends a request again', () => {
    const body = logsJson([logRecord(), logRecord(), logRecord({ traceId: TRACE })]);
    expect(ids(body)).toEqual(ids(body));
    expect(new Set(ids(body)).size).toBe(3);
    expect(ids(body)[0]).toMatch(/^otlp-[0-9a-f]{32}$/);
  });

  it('stand alone where the record claims no time, since a repeat arrives at another one', () => {
    const { events, claimedTimes } = decodeLogs(logsJson([{ body: { stringValue: 'a' } }, logRecord()]));
    expect(events.map(({ timeSuspect }) => timeSuspect)).toEqual([true, false]);
    expect([...(claimedTimes ?? [])]).toEqual([[events[0]?.id, 0]]);
  });

  it('differ with any of what identifies a record', () => {
    const base = ids(logsJson([logRecord()]))[0];
    const others = [
      logsJson([logRecord({ timeUnixNano: `${NOON}000512` })]),
      logsJson([logRecord({ body: { stringValue: 'order placed.' } })]),
      logsJson([logRecord({ spanId: SPAN })]),
      logsJson([logRecord({ attributes: keyValues({ a: 1 }) })]),
      logsJson([logRecord()], { 'service.name': 'other' }),
      logsJson([logRecord()], undefined, 'stock'),
    ].map((body) => ids(body)[0]);
    expect(new Set([base, ...others]).size).toBe(7);
  });

  it('do not depend on what else is in the request', () => {
    const alone = ids(logsJson([logRecord({ traceId: TRACE })]))[0];
    expect(ids(logsJson([logRecord(), logRecord({ traceId: TRACE })]))[1]).toBe(alone);
  });
});
