import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../core/events/index.ts';
import { entryOf, NOON, requestEntry } from './entry-fixtures.ts';
import type { JsonObject } from './json-values.ts';
import { mapEntry } from './map-entry.ts';

const map = (entry: JsonObject): Event =>
  mapEntry(entry, { name: 'export.json', observedTime: NOON + 60_000, offset: 42 });

describe('mapEntry', () => {
  it('keeps microseconds, service, revision, instance, stream and the whole entry', () => {
    const entry = entryOf({ textPayload: 'Started.', severity: 'NOTICE' });
    const event = map(entry);
    expect(event.time).toBeCloseTo(NOON + 123.456, 3);
    expect(event).toMatchObject({
      severityNumber: 10,
      severityText: 'NOTICE',
      body: 'Started.',
      service: 'basket',
      revision: 'basket-00007-xyz',
      instance: 'instance-1',
      timeSuspect: false,
      entries: 1,
      source: {
        kind: 'cloud-logging',
        name: 'export.json',
        position: entry.insertId,
        stream: 'projects/p1/logs/run.googleapis.com%2Fstdout|instance-1',
      },
    });
    expect(event.payload).toBe(entry);
    expect(event.attributes).toMatchObject({ 'cloud.region': 'europe-west9', 'log.name': 'run.googleapis.com/stdout' });
  });

  it('uses the revision in the stream key when no instance is named', () => {
    expect(map(entryOf({ labels: {} })).source.stream).toMatch(/\|basket-00007-xyz$/);
  });

  it('reads a request without payload as method, path and status', () => {
    const event = map(
      requestEntry(
        { trace: 'projects/p1/traces/abc123', spanId: '77' },
        { status: '502', latency: '3.5s', remoteIp: '203.0.113.4', userAgent: 'curl/8' },
      ),
    );
    expect(event.body).toBe('GET /items/7 → 502');
    expect(event.traceId).toBe('abc123');
    expect(event.spanId).toBe('77');
    expect(event.request).toEqual({
      method: 'GET',
      path: '/items/7',
      route: null,
      host: 'basket.example',
      status: 502,
      durationMs: 3_500,
      userAgent: 'curl/8',
      clientAddress: '203.0.113.4',
      id: null,
    });
  });

  it('reads payload and request of one entry, and keeps the sentence of the platform', () => {
    const event = map(
      requestEntry({ textPayload: 'The request failed because the instance could not start.' }, { status: 503 }),
    );
    expect(event.body).toBe('The request failed because the instance could not start.');
    expect(event.request?.status).toBe(503);
  });

  it.each([
    [{ jsonPayload: { message: 'one', msg: 'two' } }, 'one'],
    [{ jsonPayload: { msg: 'two', error: 'three' } }, 'two'],
    [{ jsonPayload: { error: 'three', text: 'four' } }, 'three'],
    [{ jsonPayload: { text: 'four' } }, 'four'],
    [{ jsonPayload: { error: { message: 'inner' } } }, 'inner'],
    [{ jsonPayload: { rows: 3 } }, '{"rows":3}'],
    [{ jsonPayload: { message: '  ', rows: 3 } }, '{"message":"  ","rows":3}'],
    [{ protoPayload: { methodName: 'run.Replace', status: { code: 7, message: 'denied' } } }, 'run.Replace → denied'],
    [{ protoPayload: { methodName: 'run.Replace', status: { code: 7 } } }, 'run.Replace → code 7'],
    [{ protoPayload: { methodName: 'run.Replace', status: {} } }, 'run.Replace'],
  ])('takes the message of %j', (members, body) => {
    expect(map(entryOf(members)).body).toBe(body);
  });

  it.each(['stack_trace', 'exception', 'stack', 'stacktrace', 'traceback'])(
    'takes the stack of the field %s',
    (field) => {
      const stack = 'Error: x\n    at run (/app/run.js:1:2)';
      const event = map(entryOf({ jsonPayload: { message: 'broke', [field]: stack } }));
      expect(event).toMatchObject({ body: 'broke', stackText: stack, severityNumber: 17 });
    },
  );

  it('takes the stack inside an error object, else its type and message', () => {
    expect(map(entryOf({ jsonPayload: { error: { stack: 'E: x\n at f (a.js:1:1)' } } })).stackText).toContain('a.js');
    expect(map(entryOf({ jsonPayload: { err: { type: 'Broken', message: 'x' } } })).exceptions).toMatchObject([
      { type: 'Broken', message: 'x', frames: [] },
    ]);
  });

  it('reads a reported error with its service, version, user, request and place', () => {
    const event = map(
      entryOf({
        resource: { type: 'global', labels: {} },
        jsonPayload: {
          '@type': 'type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent',
          message: 'TypeError: x\n    at f (a.js:1:1)',
          serviceContext: { service: 'mailer', version: 'v9' },
          context: {
            user: 'u1',
            httpRequest: { method: 'PUT', url: 'https://m.example/send', responseStatusCode: 500 },
            reportLocation: { filePath: 'a.js', lineNumber: '12', functionName: 'f' },
          },
        },
      }),
    );
    expect(event).toMatchObject({
      service: 'mailer',
      revision: 'v9',
      user: { id: 'u1' },
      request: { method: 'PUT', path: '/send', status: 500 },
      attributes: { 'code.file.path': 'a.js', 'code.line.number': 12, 'code.function.name': 'f' },
    });
  });

  it('reads JSON that the agent left as text, with its special keys', () => {
    const event = map(
      entryOf({
        textPayload: JSON.stringify({
          severity: 'ERROR',
          message: 'no stock',
          'logging.googleapis.com/trace': 'projects/p1/traces/feed',
          'logging.googleapis.com/spanId': '12',
          'logging.googleapis.com/labels': { tier: 'gold' },
          'logging.googleapis.com/sourceLocation': { file: 'stock.py', line: '8', function: 'take' },
          httpRequest: { requestMethod: 'POST', requestUrl: '/stock', status: 500 },
        }),
      }),
    );
    expect(event).toMatchObject({
      severityNumber: 17,
      body: 'no stock',
      traceId: 'feed',
      spanId: '12',
      request: { method: 'POST', path: '/stock', status: 500 },
      attributes: { tier: 'gold', 'code.file.path': 'stock.py', 'code.line.number': 8 },
    });
  });

  it('reads access lines and logger lines with a trailing object', () => {
    const access = map(
      entryOf({
        severity: 'DEFAULT',
        textPayload: 'INFO:     10.0.0.1:5 - "POST /a?b=1 HTTP/1.1" 500 Internal Server Error',
      }),
    );
    expect(access.request).toMatchObject({ method: 'POST', path: '/a', status: 500 });
    const line = map(
      entryOf({
        severity: 'DEFAULT',
        textPayload:
          '2026-02-10 12:00:00,121 INFO [shop.core] {"message": "Done: POST /a", "method": "POST", "endpoint": "/a", "status_code": 500, "duration_ms": 2.5}',
      }),
    );
    expect(line).toMatchObject({
      body: 'Done: POST /a',
      logger: 'shop.core',
      request: { status: 500, durationMs: 2.5 },
    });
    expect(line.time).toBeCloseTo(NOON + 123.456, 3);
  });

  it('takes an own level that is higher than the level of the entry, never a lower one', () => {
    expect(map(entryOf({ severity: 'INFO', jsonPayload: { message: 'x', level: 'error' } })).severityNumber).toBe(17);
    expect(map(entryOf({ severity: 'ERROR', jsonPayload: { message: 'x', level: 'info' } })).severityNumber).toBe(17);
    expect(map(entryOf({ severity: 'DEFAULT', jsonPayload: { message: 'x', level: 30 } })).severityNumber).toBe(9);
    expect(map(entryOf({ severity: 500, jsonPayload: { message: 'x' } })).severityNumber).toBe(17);
  });

  it.each([
    ['DEBUG', 5],
    ['INFO', 9],
    ['NOTICE', 10],
    ['WARNING', 13],
    ['ERROR', 17],
    ['CRITICAL', 18],
    ['ALERT', 19],
    ['EMERGENCY', 21],
    ['DEFAULT', 0],
  ])('maps the severity %s to %i', (severity, number) => {
    expect(map(entryOf({ severity, textPayload: 'x y' })).severityNumber).toBe(number);
  });

  it('gives an unset severity to a status where nothing else is said', () => {
    expect(map(requestEntry({ severity: undefined }, { status: 500 })).severityNumber).toBe(17);
    expect(map(requestEntry({ severity: 'DEFAULT' }, { status: 404 })).severityNumber).toBe(13);
    expect(map(requestEntry({ severity: 'INFO' }, { status: 502 })).severityNumber).toBe(9);
  });

  it('names the commit a label gives, and the execution of a job', () => {
    const event = map(
      entryOf({
        resource: { type: 'cloud_run_job', labels: { job_name: 'nightly', location: 'us-east1' } },
        labels: {
          'run.googleapis.com/execution_name': 'nightly-x1',
          'run.googleapis.com/task_index': '3',
          'commit-sha': 'ab12',
        },
        textPayload: 'x y',
      }),
    );
    expect(event).toMatchObject({
      service: 'nightly',
      instance: 'nightly-x1/3',
      attributes: { 'vcs.ref.head.revision': 'ab12' },
    });
  });

  it('doubts an instant far ahead, or none at all', () => {
    expect(map(entryOf({ timestamp: '2027-01-01T00:00:00Z' })).timeSuspect).toBe(true);
    expect(map(entryOf({ timestamp: 'soon' }))).toMatchObject({ timeSuspect: true, time: NOON + 60_000 });
    expect(map(entryOf({ timestamp: undefined, receiveTimestamp: '2026-02-10T11:00:00+01:00' })).time).toBe(
      NOON - 2 * 3_600_000,
    );
  });

  it('identifies repeats, and entries without insertId by content and place', () => {
    const entry = entryOf({ textPayload: 'x' });
    expect(map(entry).id).toBe(map({ ...entry, labels: {} }).id);
    expect(map(entryOf()).id).not.toBe(map(entryOf()).id);
    expect(map(entryOf({ insertId: undefined })).source.position).toBe('byte 42');
  });

  it('makes an event with a message of any JSON object, and never touches prototypes', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'textPayload',
            'jsonPayload',
            'httpRequest',
            'labels',
            'resource',
            'severity',
            'timestamp',
            'protoPayload',
            'split',
            'x',
            'trace',
          ),
          fc.jsonValue(),
        ),
        (entry) => {
          const event = map(entry);
          expect(event.body.length).toBeGreaterThan(0);
          expect(Number.isFinite(event.time)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
    const hostile = JSON.parse(
      '{"jsonPayload":{"__proto__":{"polluted":1},"constructor":2,"message":"m"},"labels":{"__proto__":{"polluted":1}}}',
    ) as JsonObject;
    const { attributes } = map(hostile);
    expect((attributes as { polluted?: number }).polluted).toBeUndefined();
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
