import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Event, parseStack, STACK_LANGUAGES } from '../../../core/events/index.ts';
import { asArray, asLines, entryOf, readAll, requestEntry } from './entry-fixtures.ts';
import type { JsonObject } from './json-values.ts';

/** Without neighbours, so that only the test of the entry itself decides. */
const ALONE = { contextEntries: 0, traceReach: 0 };
const access = (index: number, status = 200) =>
  entryOf({
    textPayload: `INFO:     10.0.0.1:${7_000 + index} - "GET /items HTTP/1.1" ${status} OK`,
    timestamp: at(index),
  });
const at = (index: number) => new Date(Date.UTC(2026, 1, 10, 12) + index * 1_000).toISOString();

async function isQuiet(members: JsonObject): Promise<boolean> {
  const { quiet } = await readAll(asLines([entryOf(members)]), { limits: ALONE });
  return quiet.entries === 1;
}

/** Why a report would need the event, or null; decided on the parsed event alone. */
function relevance({ severityNumber, request, stackText, exceptions, body }: Event): string | null {
  if (severityNumber >= 13) return `severity ${severityNumber}`;
  if ((request?.status ?? 0) >= 400) return `status ${request?.status}`;
  if ((request?.durationMs ?? 0) > 3_000) return `duration ${request?.durationMs}`;
  if (stackText !== null || exceptions.length > 0) return 'stack';
  if (body.length > 20 && parseStack(body)) return 'trace in its text';
  return null;
}

describe('which entries are quiet', () => {
  it.each([
    { textPayload: 'INFO:     10.0.0.1:5 - "GET /a?b=1 HTTP/1.1" 200 OK' },
    { textPayload: '2026-02-10 12:00:00,437 INFO [shop.orders] Stored order 17 with 4 items' },
    { textPayload: '10.0.0.1 - - [10/Feb/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8" 0.004' },
    { textPayload: 'GET /items 200 12.345 ms - 23' },
    { textPayload: 'Listening on port 8080\n' },
    {
      severity: 'INFO',
      jsonPayload: { message: 'GET / completed', level: 'info', status_code: 200, duration_ms: 812, user: 'u 1' },
    },
    {
      severity: 'INFO',
      jsonPayload: {
        level: 30,
        time: 1_770_000_000_000,
        pid: 7,
        msg: 'request completed',
        res: { statusCode: 204 },
        responseTime: 12,
      },
    },
  ])('%j is', async (members) => {
    expect(await isQuiet(members)).toBe(true);
  });

  it.each([
    { severity: 'WARNING', textPayload: 'careful now' },
    { textPayload: 'INFO:     10.0.0.1:5 - "GET /a HTTP/1.1" 404 Not Found' },
    { textPayload: '{"level":50,"msg":"x y"}' },
    { textPayload: '{"message":"x y","status_code":503}' },
    { textPayload: 'GET /items 200 5012.345 ms - 23' },
    { textPayload: '10.0.0.1 - - [10/Feb/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 612 "-" "curl/8" 4.004' },
    { textPayload: '2026-02-10 12:00:00 INFO [shop] {"message": "done now", "duration_ms": 4000.5}' },
    { textPayload: 'E0210 12:00:00.000000 1 main.go:3] gone wrong' },
    { textPayload: 'KeyError: 7' },
    { textPayload: 'Memory limit of 512 MiB exceeded with 540 MiB used.' },
    { textPayload: 'one line\nanother line' },
    { textPayload: 'all is well here', logName: 'projects/p/logs/run.googleapis.com%2Fvarlog%2Fsystem' },
    { jsonPayload: { message: 'x y', error: 'refus' } },
    { jsonPayload: { message: 'x y', res: { statusCode: 404 } } },
    { jsonPayload: { message: 'x y', latency: '3.5s' } },
    { jsonPayload: { message: 'x y', responseTimeMs: 3_500 } },
    { jsonPayload: { message: 'x y', log: { level: 'WARN' } } },
    { jsonPayload: { message: '    at run (/app/a.js:1:2)' } },
    { jsonPayload: { '@type': 'x.ReportedErrorEvent', message: 'x y' } },
    { httpRequest: { requestMethod: 'GET', requestUrl: '/', status: 200, latency: '3.2s' } },
    { httpRequest: { requestMethod: 'GET', requestUrl: '/', status: '500' } },
    { textPayload: 'fine so far', split: { uid: 'u', index: 0, totalSplits: 2 } },
    { textPayload: 'fine so far', timestamp: 'yesterday' },
    { severity: 'INFO' },
  ])('%j is not', async (members) => {
    expect(await isQuiet(members)).toBe(false);
  });

  it('counts quiet entries with their instants and the requests they prove', async () => {
    const served = ['/items/7?x=1', '/items/8', '/items/7/parts', '/'].map((path, index) =>
      requestEntry({ timestamp: at(index) }, { requestUrl: `https://basket.example${path}` }),
    );
    const { quiet, events } = await readAll(asArray(served), { limits: ALONE });
    expect(events).toEqual([]);
    expect(quiet).toEqual({
      entries: 4,
      from: Date.parse(at(0)),
      to: Date.parse(at(3)),
      served: ['/items/7', '/items/7/parts', '/'].map((path) => ({ method: 'GET', host: 'basket.example', path })),
    });
    const bounded = await readAll(asArray(served), { limits: { ...ALONE, servedRequests: 2 } });
    expect(bounded.quiet.served).toHaveLength(2);
    expect(bounded.quiet.entries).toBe(4);
  });

  it('gives the neighbours of the first entries of each kind as events, and counts none twice', async () => {
    const entries = Array.from({ length: 100 }, (_, index) => access(index, index % 20 === 10 ? 500 : 200)).map(
      (entry, index) => (index % 20 === 10 ? { ...entry, severity: 'ERROR' } : entry),
    );
    const { events, quiet } = await readAll(asLines(entries), {
      limits: { contextPerKind: 2, contextBefore: 3, contextAfter: 4 },
    });
    expect(events.length + quiet.entries).toBe(100);
    expect(events).toHaveLength(5 + 2 * (3 + 4));
    const flat = await readAll(asLines(entries), { limits: { contextEntries: 4 } });
    expect(flat.events.length).toBeLessThanOrEqual(5 + 4);
  });

  const folder = fileURLToPath(new URL('../../../core/events/stack/fixtures/', import.meta.url));
  const traces = globSync('*.txt', { cwd: folder }).map(
    (name) => [name, readFileSync(`${folder}${name}`, 'utf8')] as const,
  );

  it.each(traces)('never counts a line of the trace %s, logged one line per entry', async (_, trace) => {
    const lines = trace.split('\n').filter((line) => line.trim() !== '');
    const before = Array.from({ length: 60 }, (_unused, index) => access(index));
    const middle = lines.map((textPayload, index) => entryOf({ textPayload, timestamp: at(60 + index / 1_000) }));
    const after = Array.from({ length: 60 }, (_unused, index) => access(70 + index));
    const oldestFirst = [...before, ...middle, ...after];
    for (const input of [asLines(oldestFirst), asArray(oldestFirst.toReversed())]) {
      const { events, quiet } = await readAll(input);
      const given = new Set(events.map(({ payload }) => payload?.textPayload));
      expect(lines.filter((line) => !given.has(line))).toEqual([]);
      expect(events.length + quiet.entries).toBe(oldestFirst.length);
      expect(quiet.entries).toBeGreaterThan(0);
    }
  });

  it('is never a frame, a link or a code line of any language', async () => {
    const words = fc.constantFrom(
      'at',
      'from',
      'in',
      'File',
      '#0',
      'Caused by:',
      'main.go:3',
      'a.b.C',
      '(a.js:1:2)',
      'line',
      '3',
      '    ',
      '\t',
      '...',
      'more',
      '^',
      '@',
      '0:',
      'run',
      '"x.py",',
      'std::rt',
      '=>',
      '--->',
      'and',
      'x@http://h/a.js:1:2',
      'in <main>',
      '| ',
      '+',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { minLength: 1, maxLength: 8 }), async (parts) => {
        const line = parts.join(' ');
        const roles = STACK_LANGUAGES.map((language) => language.classify(line, null)).filter(
          (role) => role === 'frame' || role === 'link' || role === 'code',
        );
        if (roles.length > 0) expect([line, await isQuiet({ textPayload: line })]).toEqual([line, false]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is never an entry whose event a report needs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEntry(), { minLength: 1, maxLength: 12 }), async (members) => {
        const entries = members.map((each) => entryOf(each));
        const plain = await readAll(asLines(entries), { limits: { ...ALONE, isEveryEntryParsed: true } });
        const fast = await readAll(asLines(entries), { limits: ALONE });
        const given = new Set(fast.events.map(({ id }) => id));
        const lost = plain.events.filter((event) => relevance(event) !== null && !given.has(event.id));
        expect(lost.map((event) => [relevance(event), event.payload])).toEqual([]);
        expect(fast.events.length + fast.quiet.entries).toBe(entries.length);
        const same = plain.events.filter(({ id }) => given.has(id));
        expect(fast.events).toEqual(same);
      }),
      { numRuns: 1_500 },
    );
  });
});

/** Entries made of the pieces that decide: levels, statuses, durations, keys, words, in texts and payloads. */
function anyEntry(): fc.Arbitrary<JsonObject> {
  const level = fc.constantFrom(
    'INFO',
    'info',
    'DEBUG',
    'WARN',
    'warning',
    'error',
    'ERROR',
    'E',
    'fatal',
    'crit',
    'INFO+4',
    'notice',
    'panic',
    '[error]',
    'SEVERE',
    'wrn',
  );
  const number = fc.oneof(
    fc.nat(6_000),
    fc.double({ min: 0, max: 6, noNaN: true }),
    fc.constantFrom(10, 20, 30, 40, 50, 200, 302, 404, 418, 500, 503, 599, 3_000, 3_001, 1e4, 2.5e3),
  );
  const duration = fc
    .tuple(number, fc.constantFrom('s', 'ms', ' ms', 'm', 'us', ''))
    .map(([value, unit]) => `${value}${unit}`);
  const word = fc.oneof(
    level,
    number.map(String),
    duration,
    fc.constantFrom(
      'GET',
      '/items',
      'HTTP/1.1"',
      '"GET',
      '-',
      'took',
      'status=',
      'done',
      'http://x.fr/a',
      'rt=4.2',
      'duration_ms=5000',
      'level=warn',
      'ts=1',
      'msg="all fine"',
      'KeyError:',
      'at',
      '{"status_code":500}',
      '{"level":"error","msg":"m"}',
      '{"level":50}',
      '10.0.0.1',
      '[10/Feb/2026:12:00:00 +0000]',
      'é',
      '\u001b[31m',
      '\n',
      '\t',
      'W0210',
      '12:00:00.000000',
      '2026-02-10 12:00:00,437',
      'response_time:',
      'exit',
      'INFO:',
    ),
  );
  /** Whole lines as servers and loggers write them, so that the numbers in them are really read. */
  const line = fc
    .tuple(
      fc.constantFrom(200, 204, 302, 400, 404, 499, 500, 503, 599, 612),
      fc.nat(6_000),
      fc.constantFrom(10, 20, 30, 40, 50, 60),
      level,
    )
    .chain(([status, milliseconds, numeric, named]) =>
      fc.constantFrom(
        `INFO:     10.0.0.1:5 - "GET /a HTTP/1.1" ${status} Text`,
        `10.0.0.1 - - [10/Feb/2026:12:00:00 +0000] "GET /a HTTP/1.1" ${status} 12 "-" "curl/8" ${(milliseconds / 1_000).toFixed(3)}`,
        `10.0.0.1 - - [10/Feb/2026:12:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8" rt=${(milliseconds / 1_000).toFixed(3)}`,
        `GET /a ${status} ${milliseconds}.25 ms - 23`,
        `GET /a 200 23 - ${milliseconds}.25 ms`,
        `{"level":${numeric},"msg":"request completed","res":{"statusCode":${status}},"responseTime":${milliseconds}}`,
        `{"level":"${named}","message":"done so far","request_time":${milliseconds / 1_000}}`,
        `2026-02-10 12:00:00,437 ${named} [shop.core] {"message": "Done so far", "method": "POST", "path": "/a", "status": ${status}}`,
        `2026-02-10 12:00:00,437 INFO [shop.core] {"message": "Done so far", "status_code": 200, "duration_ms": ${milliseconds}.5}`,
        `ts=2026-02-10T12:00:00Z level=${named} msg="all fine" method=GET path=/a status=${status} duration_ms=${milliseconds}`,
        `${named} something went its way`,
        `[${named}] something went its way`,
        `2026-02-10T12:00:00Z ${named} something went its way`,
        `${named[0]}0210 12:00:00.000000       1 main.go:3] went its way`,
        `2026/02/10 12:00:00 [${named}] 7#7: *1 went its way`,
      ),
    );
  const text = fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join(' '));
  const key = fc.constantFrom(
    'message',
    'msg',
    'level',
    'severity',
    'lvl',
    'status',
    'status_code',
    'statusCode',
    'res',
    'httpRequest',
    'duration_ms',
    'durationMs',
    'duration',
    'latency',
    'responseTime',
    'request_time',
    'elapsed_seconds',
    'took_ms',
    'error',
    'err',
    'stack',
    'exception',
    'method',
    'path',
    'url',
    'requestMethod',
    'requestUrl',
    'latencyMs',
    'process_time',
    'log.level',
    'http.status_code',
    'rows',
    'user',
    'levelname',
    'timestamp',
    'log',
    'response',
    'text',
  );
  const scalar = fc.oneof(text, level, number, duration, fc.constantFrom('GET', '/a', true, null, ''));
  const { payload } = fc.letrec<{ payload: JsonObject; value: unknown }>((tie) => ({
    payload: fc.dictionary(key, tie('value'), { maxKeys: 6 }) as fc.Arbitrary<JsonObject>,
    value: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'value' },
      scalar,
      tie('payload'),
      fc.array(scalar, { maxLength: 3 }),
    ),
  }));
  const request = fc.record(
    {
      requestMethod: fc.constant('GET'),
      requestUrl: fc.constant('https://h/a?b'),
      status: fc.oneof(number, number.map(String)),
      latency: fc.oneof(duration, fc.constant(null)),
    },
    { requiredKeys: [] },
  );
  return fc.record(
    {
      severity: fc.constantFrom('DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'INFO', 'WARNING', 'ERROR', 500, ''),
      textPayload: fc.oneof(
        line,
        line,
        text,
        text.map((inner) => JSON.stringify({ level: 30, msg: inner })),
        payload.map((inner) => `x ${JSON.stringify(inner)}`),
        payload.map((inner) => JSON.stringify(inner)),
      ),
      jsonPayload: payload,
      httpRequest: request,
    },
    { requiredKeys: [] },
  );
}
