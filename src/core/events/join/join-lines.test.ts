import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_REQUEST, linesAsEvents, rawEvent } from '../../../../test/fixtures/raw-event.ts';
import type { Event } from '../event.ts';
import { STACK_LANGUAGES } from '../stack/parse-stack.ts';
import { createLineJoiner, type LineJoiner } from './join-lines.ts';
import type { LineJoinerOptions } from './join-options.ts';

const PYTHON = `Traceback (most recent call last):
  File "/app/shop/basket.py", line 12, in total
    return sum(prices)
           ^^^^^^^^^^^
TypeError: unsupported operand`;

const CHAINED = `Traceback (most recent call last):
  File "/app/shop/store.py", line 4, in load
    return rows[0]
IndexError: list index out of range

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/shop/basket.py", line 12, in total
    raise BasketError("empty")
shop.BasketError: empty`;

const JAVA = `java.lang.IllegalStateException: basket closed
\tat com.shop.Basket.add(Basket.java:42)
\tat com.shop.Api.post(Api.java:17)
Caused by: java.io.IOException: disk full
\tat com.shop.Store.write(Store.java:9)
\t... 2 more`;

const NODE = `TypeError: Cannot read properties of undefined (reading 'price')
    at total (/app/src/basket.js:12:34)
    at async post (/app/src/api.js:8:3)`;

const GO = `panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
main.total(...)
\t/app/basket.go:12
main.main()
\t/app/main.go:8 +0x1d`;

function joiner(options: Partial<LineJoinerOptions> & { now?: () => number } = {}): LineJoiner {
  const { now = () => 0, ...rest } = options;
  return createLineJoiner({ languages: STACK_LANGUAGES, clock: { now }, ...rest });
}

function joinAll(events: Event[], options?: Parameters<typeof joiner>[0]): Event[] {
  const machine = joiner(options);
  return [...machine.push(events), ...machine.flush()];
}

const bodies = (events: Event[]): string[] => events.map(({ body }) => body);
const accessLine = (stream: string, position: string, time = 0, kind = 'file'): Event =>
  rawEvent({
    time,
    body: 'GET / 200',
    request: { ...EMPTY_REQUEST, method: 'GET', path: '/', status: 200 },
    source: { kind, name: 'a', position, stream },
  });

describe('joining the lines of one trace', () => {
  it.each([
    ['Python', PYTHON],
    ['chained Python', CHAINED],
    ['Java', JAVA],
    ['Node', NODE],
    ['Go', GO],
  ])('makes one event of a %s trace given line by line', (_name, trace) => {
    const lines = linesAsEvents(trace);
    const joined = joinAll(lines);
    expect(bodies(joined)).toEqual([trace]);
    expect(joined[0]).toMatchObject({ entries: lines.length, truncated: false });
    expect(joined[0]?.source.position.split(',')).toHaveLength(lines.length);
  });

  it('lets ordinary lines pass at once, in order', () => {
    const machine = joiner();
    const lines = linesAsEvents('started\nlistening on 8080\nrequest 1 done');
    expect(machine.push(lines)).toEqual(lines);
    expect(machine.flush()).toEqual([]);
  });

  it('gives the trace to the record just before that announces it, with the highest severity', () => {
    const record = rawEvent({
      id: 'r',
      severityNumber: 17,
      severityText: 'ERROR',
      body: 'import failed',
      traceId: 't1',
    });
    const joined = joinAll([record, ...linesAsEvents(PYTHON), rawEvent({ body: 'next' })]);
    expect(bodies(joined)).toEqual(['next', `import failed\n${PYTHON}`]);
    expect(joined[1]).toMatchObject({ id: 'r', severityNumber: 17, severityText: 'ERROR', traceId: 't1', entries: 6 });
  });

  it('leaves a record alone that says nothing of a failure', () => {
    const joined = joinAll([
      rawEvent({ severityNumber: 9, severityText: 'INFO', body: 'listening' }),
      ...linesAsEvents(PYTHON),
    ]);
    expect(bodies(joined)).toEqual(['listening', PYTHON]);
  });

  it('keeps two traces apart, one directly behind the other', () => {
    expect(bodies(joinAll([...linesAsEvents(PYTHON), ...linesAsEvents(PYTHON)]))).toEqual([PYTHON, PYTHON]);
    expect(bodies(joinAll([...linesAsEvents(JAVA), ...linesAsEvents(NODE)]))).toEqual([JAVA, NODE]);
  });

  it('lets access lines and JSON records between the lines pass, up to twenty', () => {
    const lines = linesAsEvents(PYTHON);
    const between = [accessLine('app.log', 'x1'), rawEvent({ body: '{"level":"info"}' })];
    const joined = joinAll([lines[0]!, between[0]!, lines[1]!, lines[2]!, between[1]!, ...lines.slice(3)]);
    expect(bodies(joined)).toEqual(['GET / 200', '{"level":"info"}', PYTHON]);
    const many = Array.from({ length: 25 }, (_, index) => accessLine('app.log', `y${index}`));
    const cut = joinAll([...lines.slice(0, 3), ...many, ...lines.slice(3)]);
    expect(bodies(cut)[20]).toBe(
      lines
        .slice(0, 3)
        .map(({ body }) => body)
        .join('\n'),
    );
  });

  it('gives records back that began like a trace and were none', () => {
    const lines = linesAsEvents('java.lang.IllegalStateException: basket closed\nretrying\nall good');
    expect(joinAll(lines)).toEqual(lines);
  });

  it('takes no record with a level of its own for the rest of a message', () => {
    const start = rawEvent({
      severityText: 'ERROR',
      severityNumber: 17,
      body: 'java.lang.IllegalStateException: closed',
    });
    const other = rawEvent({ severityText: 'INFO', severityNumber: 9, body: 'request 12 done' });
    const frames = linesAsEvents('\tat com.shop.Basket.add(Basket.java:42)\n\tat com.shop.Api.post(Api.java:17)');
    expect(bodies(joinAll([start, other, ...frames]))).toEqual([
      'request 12 done',
      [start, ...frames].map(({ body }) => body).join('\n'),
    ]);
  });

  it('joins lines that all carry their logger in front', () => {
    const prefixed = PYTHON.split('\n').map((line, index) => `web_1  | 2025-10-20 03:18:2${index},646 ERROR ${line}`);
    const joined = joinAll(linesAsEvents(prefixed.join('\n')));
    expect(joined).toHaveLength(1);
    expect(joined[0]).toMatchObject({ entries: 5, body: PYTHON });
  });

  it('keeps an entry that holds log text and a trace one event, and joins what continues it', () => {
    const whole = `import failed\n${PYTHON}`;
    expect(bodies(joinAll([rawEvent({ body: whole }), rawEvent({ body: 'next' })]))).toEqual(['next', whole]);
    const [first, second] = CHAINED.split('\n\nDuring');
    const joined = joinAll([rawEvent({ body: first! }), rawEvent({ body: `\nDuring${second}` })]);
    expect(bodies(joined)).toEqual([CHAINED]);
  });

  it('joins each stream and each thread for itself', () => {
    const one = linesAsEvents(PYTHON, { stream: 'a' });
    const two = linesAsEvents(JAVA, { stream: 'b' });
    const mixed = one.flatMap((event, index) => [event, two[index]!]).concat(two.slice(one.length));
    expect(bodies(joinAll(mixed)).sort()).toEqual([PYTHON, JAVA].sort());
    const threads = ['t-1', 't-2'].map((thread) =>
      linesAsEvents(JAVA).map((event) => ({ ...event, attributes: { 'thread.name': thread } })),
    );
    const woven = threads[0]!.flatMap((event, index) => [event, threads[1]![index]!]);
    expect(bodies(joinAll(woven))).toEqual([JAVA, JAVA]);
  });

  it('leaves events with a stack of their own alone', () => {
    const structured = rawEvent({ body: 'TypeError: x', stackText: NODE });
    expect(joinAll([structured, ...linesAsEvents(PYTHON)])).toHaveLength(2);
  });
});

describe('closing a trace', () => {
  it('cuts at 1,000 lines, says so, and counts what lay beyond', () => {
    const frames = Array.from({ length: 1_500 }, (_, index) => `\tat com.shop.Basket.add(Basket.java:${index + 1})`);
    const machine = joiner();
    const joined = [
      ...machine.push(linesAsEvents(['java.lang.StackOverflowError: deep', ...frames].join('\n'))),
      ...machine.flush(),
    ];
    expect(joined).toHaveLength(1);
    expect(joined[0]).toMatchObject({ truncated: true, entries: 1_501 });
    expect(joined[0]?.body.split('\n')).toHaveLength(1_000);
    expect(machine.problems().cutTraces).toBe(1);
  });

  it('cuts at 256 KiB', () => {
    const frame = `\tat com.shop.${'x'.repeat(2_000)}.add(Basket.java:1)`;
    const joined = joinAll(
      linesAsEvents(['java.lang.Error: deep', ...Array.from({ length: 300 }, () => frame)].join('\n')),
    );
    expect(joined).toHaveLength(1);
    expect(joined[0]?.truncated).toBe(true);
    expect(joined[0]!.body.length).toBeLessThanOrEqual(262_144);
  });

  it('lets a silent trace of a followed file go after a second of the clock', () => {
    let now = 0;
    const machine = joiner({ now: () => now });
    expect(machine.push(linesAsEvents(NODE))).toEqual([]);
    now = 900;
    expect(machine.push([])).toEqual([]);
    now = 1_100;
    expect(bodies(machine.push([]))).toEqual([NODE]);
  });

  it('closes the oldest stream when too many are open', () => {
    const machine = joiner({ limits: { streams: 3 } });
    const starts = Array.from({ length: 5 }, (_, index) => linesAsEvents(NODE, { stream: `s${index}` }));
    const early = starts.flatMap((lines) => machine.push(lines));
    expect(bodies(early)).toEqual([NODE, NODE]);
    expect(machine.problems().closedStreams).toBe(2);
    expect(machine.flush()).toHaveLength(3);
  });

  it('closes timed entries that are more than 100 ms apart, and only those', () => {
    const kind = 'cloud-logging';
    expect(bodies(joinAll(linesAsEvents(NODE, { kind, stepMs: 90 })))).toEqual([NODE]);
    expect(joinAll(linesAsEvents(NODE, { kind, stepMs: 110 }))).toHaveLength(3);
    expect(
      bodies(joinAll(linesAsEvents(NODE, { kind, stepMs: 110 }), { sources: { [kind]: { gapMs: 200 } } })),
    ).toEqual([NODE]);
  });
});

describe('entries that come newest first', () => {
  const kind = 'cloud-logging';
  const first = linesAsEvents(CHAINED, { kind, from: 10_000, stepMs: 1 });
  const second = linesAsEvents(JAVA, { kind, from: 20_000, stepMs: 1 });

  it('joins them within a batch', () => {
    const reversed = [...first, ...second].reverse();
    const joined = joinAll(reversed);
    expect(joined.map(({ body, time }) => [time, body]).sort()).toEqual([
      [10_000, CHAINED],
      [20_000, JAVA],
    ]);
  });

  it.each([1, 2, 3, 5, 7])('joins them over the borders of batches of %i', (size) => {
    const reversed = [...first, ...second].reverse();
    const machine = joiner();
    const out: Event[] = [
      ...machine.push([
        rawEvent({ time: 30_001, source: first[0]!.source }),
        rawEvent({ time: 30_000, source: first[0]!.source }),
      ]),
    ];
    for (let at = 0; at < reversed.length; at += size) out.push(...machine.push(reversed.slice(at, at + size)));
    out.push(...machine.flush());
    expect(
      bodies(out)
        .filter((body) => body !== 'hello')
        .sort(),
    ).toEqual([CHAINED, JAVA].sort());
  });

  it('joins lines of one instant in the order they were written', () => {
    const same = linesAsEvents(PYTHON, { kind, from: 500 });
    const later = rawEvent({ time: 900, body: 'later', source: { ...same[0]!.source } });
    expect(bodies(joinAll([later, ...same.toReversed()]))).toEqual(['later', PYTHON]);
  });
});

describe('whatever comes', () => {
  const line = fc.oneof(
    fc.constantFrom(...[PYTHON, CHAINED, JAVA, NODE, GO].flatMap((trace) => trace.split('\n'))),
    fc.constantFrom(
      'started',
      'ERROR failed:',
      '2025-10-20 03:18:28 ERROR [x] app - Traceback (most recent call last):',
      '',
      '{"a":1}',
    ),
    fc.constantFrom(PYTHON, `text\n${NODE}`),
    fc.string({ maxLength: 20 }),
  );
  const entry = fc.record({ body: line, stream: fc.constantFrom('a', 'b'), step: fc.integer({ min: 0, max: 150 }) });

  it('loses no entry and doubles none', () => {
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 60 }),
        fc.constantFrom('file', 'cloud-logging'),
        fc.boolean(),
        (entries, kind, backwards) => {
          let time = 0;
          const events = entries.map(({ body, stream, step }, index) => {
            time += step;
            return rawEvent({
              id: String(index),
              time,
              body,
              source: { kind, name: 'x', position: String(index), stream },
            });
          });
          const joined = joinAll(backwards ? events.reverse() : events);
          const positions = joined
            .flatMap((event) => event.source.position.split(','))
            .filter((position) => position !== '…');
          expect(new Set(positions).size).toBe(positions.length);
          expect(joined.reduce((sum, event) => sum + event.entries, 0)).toBe(entries.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('joins the same however the input is cut into batches', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (entries, size) => {
        const events = entries.map(({ body, stream }, index) =>
          rawEvent({ id: String(index), body, source: { kind: 'file', name: 'x', position: String(index), stream } }),
        );
        const machine = joiner();
        const out: Event[] = [];
        for (let at = 0; at < events.length; at += size) out.push(...machine.push(events.slice(at, at + size)));
        expect([...out, ...machine.flush()]).toEqual(joinAll(events));
      }),
      { numRuns: 200 },
    );
  });
});
