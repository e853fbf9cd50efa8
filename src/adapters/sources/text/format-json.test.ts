import { describe, expect, it } from 'vitest';
import { parseLine } from './parse-line.ts';

const read = (record: unknown) => parseLine(JSON.stringify(record));

describe('JSON lines', () => {
  it('reads pino with an error, its cause, request and answer', () => {
    const parsed = read({
      level: 50,
      time: 1_729_440_078_123,
      hostname: 'web-1',
      reqId: 'req-12345',
      req: {
        method: 'GET',
        url: '/orders/7?a=1',
        headers: { host: 'shop.example', 'user-agent': 'curl/8' },
        remoteAddress: '10.0.0.1',
      },
      res: { statusCode: 500 },
      responseTime: 12,
      err: {
        type: 'TypeError',
        message: 'boom: inner',
        stack: 'TypeError: boom\n    at a (/app/x.js:1:2)',
        cause: { type: 'Error', message: 'inner', stack: 'Error: inner\n    at b (/app/y.js:3:4)' },
      },
      msg: 'request errored',
    });
    expect(parsed).toMatchObject({
      time: 1_729_440_078_123,
      severityNumber: 17,
      severityText: '50',
      body: 'request errored',
      instance: 'web-1',
    });
    expect(parsed.request).toEqual({
      method: 'GET',
      path: '/orders/7',
      route: null,
      host: 'shop.example',
      status: 500,
      durationMs: 12,
      userAgent: 'curl/8',
      clientAddress: '10.0.0.1',
      id: 'req-12345',
    });
    expect(parsed.stackText).toBe(
      'TypeError: boom\n    at a (/app/x.js:1:2) {\n  [cause]: Error: inner\n      at b (/app/y.js:3:4)\n}',
    );
  });

  it('writes the causes that pino puts behind the stack as Node prints them', () => {
    const stack =
      'Error: a\n    at x (/a.js:1:1)\ncaused by: Error: b\n    at y (/b.js:1:1)\ncaused by: Error: c\n    at z (/c.js:1:1)';
    expect(read({ level: 50, msg: 'm', err: { type: 'Error', message: 'a', stack } }).stackText).toBe(
      'Error: a\n    at x (/a.js:1:1) {\n  [cause]: Error: b\n      at y (/b.js:1:1) {\n    [cause]: Error: c\n        at z (/c.js:1:1)\n  }\n}',
    );
  });

  it.each([
    [
      'winston',
      { level: 'error', message: 'm', timestamp: '2025-10-20T16:01:18.121Z', stack: 'Error: m\n    at a (/x.js:1:2)' },
      17,
    ],
    [
      'bunyan',
      {
        name: 'shop',
        level: 40,
        msg: 'm',
        time: '2025-10-20T16:01:18.121Z',
        v: 0,
        err: { name: 'E', message: 'x', stack: 'E: x\n at a' },
      },
      13,
    ],
    [
      'structlog',
      {
        event: 'm',
        level: 'critical',
        timestamp: '2025-10-20T16:01:18.121Z',
        exception: 'Traceback (most recent call last):\nE: x',
      },
      18,
    ],
    [
      'python-json-logger',
      { asctime: '2025-10-20 16:01:18,121', levelname: 'WARNING', message: 'm', exc_info: 'Traceback…\nE: x' },
      13,
    ],
    [
      'zap',
      { level: 'dpanic', ts: 1_760_976_078.121, msg: 'm', error: 'x', errorVerbose: 'x\nmain.f\n\t/app/a.go:3' },
      18,
    ],
    [
      'logback',
      {
        '@timestamp': '2025-10-20T16:01:18.121Z',
        level: 'ERROR',
        message: 'm',
        logger_name: 'c.e.A',
        stack_trace: 'E: x\n\tat a.b(C.java:1)\n',
      },
      17,
    ],
    ['serilog', { '@t': '2025-10-20T16:01:18.121Z', '@m': 'm', '@l': 'Fatal', '@x': 'E: x\n   at A.B()' }, 21],
    [
      'ECS, dotted',
      {
        '@timestamp': '2025-10-20T16:01:18.121Z',
        'log.level': 'error',
        message: 'm',
        'error.stack_trace': 'E: x\n at a',
      },
      17,
    ],
    [
      'ECS, nested',
      {
        '@timestamp': '2025-10-20T16:01:18.121Z',
        log: { level: 'ERROR' },
        message: 'm',
        error: { stack_trace: 'E: x\n at a' },
      },
      17,
    ],
    ['zerolog', { level: 'fatal', time: 1_760_976_078.121, message: 'm', stack: 'E\n at' }, 21],
    [
      'log4j',
      {
        instant: { epochSecond: 1_760_976_078, nanoOfSecond: 121_000_000 },
        level: 'WARN',
        message: 'm',
        thrown: { extendedStackTrace: 'E: x\n\tat a' },
      },
      13,
    ],
  ])('reads time, level, message and stack of %s', (_name, record, severityNumber) => {
    const parsed = read(record);
    expect(parsed).toMatchObject({ format: 'json', body: 'm', severityNumber });
    expect(Math.round(parsed.time ?? 0)).toBe(Date.UTC(2025, 9, 20, 16, 1, 18, 121));
    expect(parsed.stackText).toMatch(/\n/);
  });

  it('shifts the levels of slog by their distance', () => {
    expect(read({ time: '2025-10-20T16:01:18Z', level: 'ERROR+2', msg: 'm' }).severityNumber).toBe(19);
    expect(
      read({ time: '2025-10-20T16:01:18Z', level: 'INFO', msg: 'm', source: { file: 'a.go', line: 4 } }).severityNumber,
    ).toBe(9);
  });

  it('fills in the template of Serilog, whose Information is unwritten', () => {
    expect(
      read({ '@t': '2025-10-20T16:01:18Z', '@mt': 'Order {Id} of {@User}', Id: 7, User: { name: 'a' } }),
    ).toMatchObject({
      body: 'Order 7 of {"name":"a"}',
      template: 'Order {Id} of {@User}',
      severityNumber: 9,
    });
  });

  it('makes exceptions of parts where there is no stack text', () => {
    expect(read({ level: 50, msg: 'm', err: { type: 'TypeError', message: 'x' } }).exceptions).toMatchObject([
      { type: 'TypeError', message: 'x', relation: 'raised' },
    ]);
    const structlog = read({
      event: 'm',
      exception: [
        {
          exc_type: 'KeyError',
          exc_value: 'k',
          frames: [
            { filename: 'a.py', lineno: 1, name: 'outer' },
            { filename: 'b.py', lineno: 2, name: 'inner' },
          ],
        },
      ],
    });
    expect(structlog.exceptions[0]?.frames.map(({ file, line, function: name }) => [file, line, name])).toEqual([
      ['b.py', 2, 'inner'],
      ['a.py', 1, 'outer'],
    ]);
    const zerolog = read({
      level: 'error',
      error: 'refused',
      stack: [{ func: 'load', line: '20', source: 'db.go' }],
      message: 'm',
    });
    expect(zerolog.exceptions).toMatchObject([
      { type: null, message: 'refused', frames: [{ file: 'db.go', line: 20, function: 'load' }] },
    ]);
  });

  it('takes an error text for the message only where there is no message, and for no exception', () => {
    expect(read({ level: 'warn', err: 'dial tcp: refused' })).toMatchObject({
      body: 'dial tcp: refused',
      exceptions: [],
      stackText: null,
    });
    expect(read({ level: 'info', msg: 'm', error: 'x' })).toMatchObject({ body: 'm', attributes: { error: 'x' } });
  });

  it('never gives an empty message', () => {
    expect(read({ level: 'info', message: '' }).body).toBe('{"level":"info","message":""}');
    expect(
      read({ level: 'info', message: ' ', req: { method: 'GET', url: '/a?b' }, res: { statusCode: 502 } }).body,
    ).toBe('GET /a → 502');
  });

  it('reads a status only from a field that means one', () => {
    expect(read({ msg: 'wrote 505 rows', status: 505 }).request).toBeNull();
    expect(read({ msg: 'm', status: 505, method: 'GET', path: '/a' }).request?.status).toBe(505);
    expect(read({ msg: 'm', status_code: 599 })).toMatchObject({ severityNumber: 17, request: { status: 599 } });
    expect(read({ msg: 'm', status_code: 700 }).request).toBeNull();
  });

  it('takes a comma behind the record, and tells a broken one from a sentence', () => {
    expect(parseLine('{"msg":"m"},').body).toBe('m');
    expect(parseLine('{"msg":"m"')).toMatchObject({ isBroken: true, body: '{"msg":"m"' });
    expect(parseLine('{shop} started')).toMatchObject({ isBroken: false, format: 'plain' });
  });

  it('keeps hostile fields in bounds and off the prototype', () => {
    const parsed = parseLine(
      `{"msg":"m","__proto__":{"polluted":true},"deep":${'{"a":'.repeat(60)}1${'}'.repeat(60)},"long":"${'x'.repeat(20_000)}"}`,
    );
    expect(parsed.truncated).toBe(true);
    expect((parsed.attributes.long as string).length).toBe(8 * 1024);
    expect(JSON.stringify(parsed.payload).length).toBeLessThan(20_000);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
