import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ParsedLine, parseLine } from './parse-line.ts';

const referenceTime = Date.UTC(2025, 9, 21);
const read = (line: string): ParsedLine => parseLine(line, { referenceTime });
const instant = (line: string): string | null => {
  const { time } = read(line);
  return time === null ? null : new Date(time).toISOString();
};

/** Lines as the loggers print them: line, severity, logger, body. */
const LINES: readonly (readonly [string, number, string | null, string])[] = [
  ['2025-10-20 16:01:18,121 INFO [backend.core] ready', 9, 'backend.core', 'ready'],
  ['2025-10-20 16:01:18,121 - shop.db - ERROR - failed: x', 17, 'shop.db', 'failed: x'],
  [
    '2025-10-20T16:01:18.121Z  WARN 1 --- [shop] [           main] c.e.Shop                 : slow',
    13,
    'c.e.Shop',
    'slow',
  ],
  ['2025-10-20 16:01:18.121  INFO 1 --- [           main] c.e.Shop                 : up', 9, 'c.e.Shop', 'up'],
  ['2025-10-20 16:01:18,121 [main] ERROR com.example.Bar - hello', 17, 'com.example.Bar', 'hello'],
  ['2025-10-20 16:01:18.121 | ERROR    | shop.db:load:12 - msg', 17, 'shop.db:load:12', 'msg'],
  ['2025-10-20 16:01:18.1212|ERROR|Shop.Db|msg', 17, 'Shop.Db', 'msg'],
  ['[2025-10-20T16:01:18,121][ERROR][o.e.x.Y] [node] msg', 17, 'o.e.x.Y', '[node] msg'],
  ['[2025-10-20 16:01:18 +0000] [123] [ERROR] Exception in worker', 17, null, 'Exception in worker'],
  ['[2025-10-20 16:01:18,121: ERROR/MainProcess] Task raised', 17, 'MainProcess', 'Task raised'],
  ['[2025-10-20T16:01:18Z ERROR shop::db] refused', 17, 'shop::db', 'refused'],
  ['2025-10-20T16:01:18.121Z \u001b[31mERROR\u001b[0m shop::db: refused k=v', 17, 'shop::db', 'refused k=v'],
  ['2025-10-20T16:01:18.121Z\tERROR\tshop/db.go:12\tmsg', 17, 'shop/db.go:12', 'msg'],
  ['2025-10-20 16:01:18.121 UTC [123] FATAL:  role "x" does not exist', 21, null, 'role "x" does not exist'],
  ['2025-10-20T16:01:18.121Z 0 [ERROR] [MY-010] [Server] msg', 17, 'Server', 'msg'],
  ['[2025-10-20 16:01:18] local.CRITICAL: oops {"a":1} []', 18, 'local', 'oops'],
  ['E, [2025-10-20T16:01:18.121 #123] ERROR -- shop: hi', 17, 'shop', 'hi'],
  ['20-Oct-2025 16:01:18.121 SEVERE [main] started', 17, null, 'started'],
  [
    '[Mon Oct 20 16:01:18.902022 2025] [core:error] [pid 35708:tid 43] File does not exist',
    17,
    'core',
    'File does not exist',
  ],
  ['16:01:18.121 [main] WARN  c.e.Foo - msg', 13, 'c.e.Foo', 'msg'],
  ['[16:01:18 ERR] msg', 17, null, 'msg'],
  ['2025/10/20 16:01:18 ERROR hello count=3', 17, null, 'hello count=3'],
  ['2025/10/20 16:01:18.367328 main.go:23: message', 0, null, 'main.go:23: message'],
  ['2025-10-20T16:01:18Z error: nope', 17, null, 'nope'],
  ['ERROR:shop.db:failed to load', 17, 'shop.db', 'failed to load'],
  ['SEVERE: bad', 17, null, 'bad'],
  ['warn: slow', 13, null, 'slow'],
  ['fail: Shop.Db[0] oops', 17, 'Shop.Db', 'oops'],
  ['[ERROR] Failed to execute goal', 17, null, 'Failed to execute goal'],
  ['E0102 15:04:05.678901   1 file.go:10] klog', 17, null, 'klog'],
];

describe('parseLine on text', () => {
  it.each(LINES)('takes time, level and logger off %j', (line, severityNumber, logger, body) => {
    expect(read(line)).toMatchObject({ severityNumber, logger, body, hasOwnPrefix: true });
  });

  it('reads the times of all of them', () => {
    const timed = LINES.map(([line]) => line).filter((line) => /\d\d:\d\d:\d\d/.test(line));
    expect(
      timed.filter((line) => !instant(line)?.includes(line.startsWith('E0102') ? '15:04:05.678' : '16:01:18')),
    ).toEqual([]);
  });

  it.each([
    '2025-10-20 16:01:18 error connecting to the shop',
    '2025-10-20 16:01:18 got ERROR from server',
    '2025-10-20T16:01:18.121Z Error: boom',
    'Error: boom',
    'no error here',
    'ERROR is a word',
    'job took 500 ms, wrote 505 rows',
    'health check passed (exit code 0)',
    'Traceback (most recent call last):',
    'java.lang.RuntimeException: x',
  ])('finds no severity in the words of %j', (line) => {
    expect(read(line)).toMatchObject({ severityNumber: 0, request: null });
  });

  it('leaves lines that continue a record as they are', () => {
    for (const line of [
      '    at foo (/app/a.js:1:2)',
      '\tat J.main(J.java:2)',
      '  File "/app/a.py", line 5, in load',
      "KeyError: 'k'",
    ]) {
      expect(read(line)).toMatchObject({ format: 'plain', body: line, hasOwnPrefix: false, time: null });
    }
  });

  it('keeps the header that node-postgres errors print, with its severity', () => {
    expect(read('error: relation "x" does not exist')).toMatchObject({
      severityNumber: 17,
      body: 'error: relation "x" does not exist',
    });
  });

  it('reads the object behind a text as its fields', () => {
    const line =
      '2025-10-20 16:01:18,121 INFO [backend.core.monitoring] {"message": "Request completed", "status_code": 500, "endpoint": "/api/notes?id=7", "method": "GET", "duration_ms": 2.07}';
    const parsed = read(line);
    expect(parsed).toMatchObject({ body: 'Request completed', logger: 'backend.core.monitoring', severityNumber: 9 });
    expect(parsed.request).toMatchObject({ method: 'GET', path: '/api/notes', status: 500, durationMs: 2.07 });
    expect(parsed.attributes).toMatchObject({ status_code: 500, endpoint: '/api/notes?id=7' });
    expect(parsed.payload).toMatchObject({ duration_ms: 2.07 });
  });

  it('keeps the text in front of such an object as the message', () => {
    expect(read('2025-10-20 16:01:18 WARN order failed {"orderId": 7}')).toMatchObject({
      body: 'order failed',
      attributes: { orderId: 7 },
    });
  });

  it('reads the prefix of a text of several lines and keeps the rest', () => {
    const { body, severityNumber } = read(
      '2025-10-20 16:01:18,121 ERROR [shop] failed\nTraceback (most recent call last):\n  File "a.py", line 1',
    );
    expect({ body, severityNumber }).toEqual({
      body: 'failed\nTraceback (most recent call last):\n  File "a.py", line 1',
      severityNumber: 17,
    });
  });

  it('tries only the named format', () => {
    expect(parseLine('2025-10-20 16:01:18 ERROR x', { format: 'plain' })).toMatchObject({
      format: 'plain',
      severityNumber: 0,
    });
    expect(parseLine('level=error msg=x', { format: 'dated' }).format).toBe('plain');
    expect(parseLine('level=error msg=x', { format: 'logfmt' }).format).toBe('logfmt');
  });

  it('reads times without a zone in the zone of the source', () => {
    const { time } = parseLine('2025-07-01 12:00:00 INFO x', { timeZone: 'Europe/Paris' });
    expect(time).toBe(Date.UTC(2025, 6, 1, 10));
    expect(parseLine('2025-07-01 12:00:00+00:00 INFO x', { timeZone: 'Europe/Paris' }).time).toBe(
      Date.UTC(2025, 6, 1, 12),
    );
  });

  it('cuts what is too long and says so', () => {
    const parsed = read(`2025-10-20 16:01:18 ERROR ${'é'.repeat(300_000)}`);
    expect(parsed.truncated).toBe(true);
    expect(Buffer.byteLength(parsed.body)).toBeLessThanOrEqual(256 * 1024);
    expect(parsed.body).not.toContain('\ufffd');
  });
});

describe('parseLine on anything', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      '2025-10-20 16:01:18',
      ' ERROR ',
      '[',
      ']',
      '"',
      '\\',
      '{"',
      '"}',
      '=',
      ': ',
      ' - ',
      '|',
      '<34>1 ',
      'Oct 20 16:01:18 h a[1]: ',
      'level=',
      'msg="',
      '\u001b[',
      '\u001b]',
    ),
    fc.constantFrom(
      '1.2.3.4 - - [',
      '10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" ',
      '500 ',
      'stdout P ',
      '2025-10-20T16:01:18.121Z ',
      'E0102 15:04:05.678901   1 ',
    ),
  );

  it('never throws, and never gives an empty message for a line that is not blank', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const line = pieces.join('').replaceAll('\n', ' ');
        const parsed = parseLine(line, { referenceTime });
        expect(parsed.time === null || Number.isFinite(parsed.time)).toBe(true);
        expect(parsed.severityNumber).toBeGreaterThanOrEqual(0);
        expect(parsed.severityNumber).toBeLessThanOrEqual(24);
        if (parsed.wrapper === null && /[\p{L}\p{N}]/u.test(line) && !line.includes('\u001b'))
          expect(parsed.body).not.toBe('');
      }),
      { numRuns: 1500 },
    );
  });

  it('reads any JSON object', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.oneof(
            fc.string(),
            fc.constantFrom(
              'level',
              'time',
              'msg',
              'err',
              'error',
              'exception',
              'req',
              'res',
              '__proto__',
              '@mt',
              'stack',
            ),
          ),
          fc.jsonValue(),
        ),
        (record) => {
          expect(parseLine(JSON.stringify(record)).isBroken).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  const MIB = 1 << 20;
  it.each([
    ['quotes', '"'.repeat(MIB)],
    ['opening brackets', '['.repeat(MIB)],
    ['spaces', ' '.repeat(MIB)],
    ['spaces behind a time', `2025-10-20 16:01:18 ${' '.repeat(MIB)}x`],
    ['dashes behind a time', `2025-10-20 16:01:18 ${'- '.repeat(MIB / 2)}`],
    ['equal signs', 'a='.repeat(MIB / 2)],
    ['escaped quotes', `level=a msg="${'\\"'.repeat(MIB / 2)}`],
    ['hexadecimal escapes', `1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "${'\\x'.repeat(MIB / 2)}`],
    ['objects that open', `${'x {"'.repeat(MIB / 4)}}`],
    ['nested objects', `${'{"a":'.repeat(MIB / 6)}1${'}'.repeat(MIB / 6)}`],
    ['nested lists', `{"message":"m","a":${'['.repeat(MIB / 2)}${']'.repeat(MIB / 2)}}`],
    ['structured data', `<34>1 - - - - - ${'[a b="'.repeat(MIB / 6)}`],
    ['escape sequences', '\u001b['.repeat(MIB / 2)],
    ['window titles', '\u001b]'.repeat(MIB / 2)],
    ['nginx fields', `2025/10/20 16:01:18 [error] 1#1: ${', client: '.repeat(MIB / 10)}`],
    ['templates', JSON.stringify({ '@t': '2025-10-20T16:01:18Z', '@mt': '{'.repeat(MIB) })],
    ['many fields', `{${Array.from({ length: 80_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
  ])('reads 1 MiB of %s in linear time', (_name, line) => {
    expect(parseLine(line).body.length).toBeLessThanOrEqual(line.length);
  });
});
