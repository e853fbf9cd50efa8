import { describe, expect, it } from 'vitest';
import { EMPTY_REQUEST, linesAsEvents, rawEvent } from '../../../test/fixtures/raw-event.ts';
import { plantedSecrets, showsSecret } from '../../../test/fixtures/secrets.ts';
import type { Event } from './event.ts';
import { createEventPipeline, type EventPipelineOptions } from './pipeline.ts';

const NOW = Date.UTC(2025, 9, 20, 12);
const PYTHON = `Traceback (most recent call last):
  File "/app/shop/basket.py", line 12, in total
    return sum(prices)
           ^^^^^^^^^^^
TypeError: unsupported operand`;

function run(events: Event[], options: Partial<EventPipelineOptions> = {}): Event[] {
  const pipeline = createEventPipeline({ clock: { now: () => NOW }, ...options });
  return [...pipeline.push(events), ...pipeline.flush()];
}

function one(fields: Partial<Event>, options: Partial<EventPipelineOptions> = {}): Event {
  const out = run([rawEvent(fields)], options);
  expect(out).toHaveLength(1);
  return out[0]!;
}

describe('stacks', () => {
  it('reads the stack of a record at any severity, and makes one without severity an error', () => {
    const unset = one({ body: PYTHON });
    expect(unset.exceptions[0]).toMatchObject({
      type: 'TypeError',
      message: 'unsupported operand',
      language: 'python',
    });
    expect(unset.exceptions[0]?.frames[0]).toMatchObject({ file: '/app/shop/basket.py', line: 12, function: 'total' });
    expect(unset).toMatchObject({ severityNumber: 17, stackText: PYTHON });
    expect(one({ body: `handled:\n${PYTHON}`, severityNumber: 9 })).toMatchObject({
      severityNumber: 9,
      stackText: PYTHON,
    });
  });

  it('joins a trace of one line per entry before reading it', () => {
    const out = run(linesAsEvents(PYTHON, { kind: 'cloud-logging', from: NOW, stepMs: 2 }).reverse());
    expect(out).toHaveLength(1);
    expect(out[0]).toMatchObject({ entries: 5, severityNumber: 17, time: NOW });
    expect(out[0]?.exceptions[0]?.type).toBe('TypeError');
  });

  it('prefers the stack field, and falls back to the body', () => {
    expect(one({ body: 'total failed', stackText: PYTHON }).exceptions[0]?.type).toBe('TypeError');
    expect(one({ body: PYTHON, stackText: 'none' }).exceptions[0]?.type).toBe('TypeError');
  });

  it('keeps exceptions that came structured', () => {
    const exceptions = [
      {
        type: 'BasketError',
        message: 'empty, password=hunter2',
        module: null,
        frames: [],
        language: null,
        relation: 'raised' as const,
        parent: null,
        handled: false,
        truncated: false,
      },
    ];
    const event = one({ body: PYTHON, exceptions });
    expect(event.exceptions).toEqual([{ ...exceptions[0], message: 'empty, password=[redacted:password]' }]);
    expect(event.severityNumber).toBe(17);
  });

  it('reads an entry whose lines all carry the prefix of their logger', () => {
    const body = PYTHON.split('\n')
      .map((line) => `2025-10-20 03:18:28,646 ERROR ${line}`)
      .join('\n');
    expect(one({ body }).exceptions[0]).toMatchObject({ type: 'TypeError', frames: [{ line: 12 }] });
  });

  it('shares one frozen stack among equal crashes', () => {
    const out = run(
      Array.from({ length: 30 }, (_, index) =>
        rawEvent({ id: `e${index}`, time: index, body: `job ${index} failed\n${PYTHON}` }),
      ),
    );
    expect(out).toHaveLength(30);
    expect(new Set(out.map(({ exceptions }) => exceptions)).size).toBe(1);
    expect(Object.isFrozen(out[0]?.exceptions[0]?.frames[0])).toBe(true);
  });

  it('keeps frames readable whatever was redacted around them', () => {
    const body = PYTHON.replace('unsupported operand', 'login of ada@example.com with token=abcdef123456');
    const event = one({ body });
    expect(event.exceptions[0]).toMatchObject({
      type: 'TypeError',
      message: 'login of [redacted:email] with token=[redacted:token]',
      frames: [{ file: '/app/shop/basket.py', line: 12 }],
    });
  });
});

describe('severity and time', () => {
  it('takes the severity of an access line from its status', () => {
    const severityOf = (status: number): number =>
      one({ body: 'GET /', request: { ...EMPTY_REQUEST, status } }).severityNumber;
    expect([200, 404, 499, 500, 502, 599, 600].map(severityOf)).toEqual([0, 13, 13, 17, 17, 17, 0]);
    expect(one({ severityNumber: 9, request: { ...EMPTY_REQUEST, status: 500 } }).severityNumber).toBe(9);
  });

  it('lets no word decide', () => {
    expect(one({ body: 'job took 500 ms, error count 0, skilled, exit code 0' }).severityNumber).toBe(0);
  });

  it('suspects times over a day ahead of the clock, and counts them', () => {
    const pipeline = createEventPipeline({ clock: { now: () => NOW } });
    const day = 86_400_000;
    const out = pipeline.push([rawEvent({ time: NOW + day }), rawEvent({ time: NOW + day + 1 })]);
    expect(out.map(({ timeSuspect }) => timeSuspect)).toEqual([false, true]);
    expect(pipeline.problems().suspectTimes).toBe(1);
  });
});

describe('bounds', () => {
  it('strips ANSI escapes, NUL and control characters everywhere', () => {
    const dirty = '\u001b[31mred\u001b[0m\u0000 \u001b]8;;http://x\u0007link\u0007\u009b1m!\r\nnext\u0008';
    const event = one({ body: dirty, attributes: { note: dirty }, payload: { note: dirty } });
    expect(event.body).toBe('red link!\nnext');
    expect(event.attributes.note).toBe('red link!\nnext');
    expect(event.payload?.note).toBe('red link!\nnext');
  });

  it('reads a trace that was printed in colours', () => {
    const coloured = PYTHON.split('\n')
      .map((line) => `\u001b[31m${line}\u001b[0m`)
      .join('\n');
    expect(one({ body: coloured }).exceptions[0]?.type).toBe('TypeError');
    expect(run(linesAsEvents(coloured))).toHaveLength(1);
  });

  it('cuts body, values, attributes and depth, marks the event and counts', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 20; level++) deep = { deep };
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`a${index}`, index]));
    const pipeline = createEventPipeline({ clock: { now: () => NOW } });
    const [body, value, attributes, depth, fine] = [
      { body: 'word '.repeat(60_000) },
      { attributes: { long: 'x'.repeat(9_000) } },
      { attributes: many },
      { attributes: { deep } },
      { attributes: { a: 1 } },
    ].flatMap((fields) => pipeline.push([rawEvent(fields)]));
    expect(body!.body.length).toBeLessThanOrEqual(262_144);
    expect(body!.truncated && value!.truncated && attributes!.truncated && depth!.truncated).toBe(true);
    expect(String(value!.attributes.long).length).toBeLessThanOrEqual(8_192);
    expect(Object.keys(attributes!.attributes)).toHaveLength(128);
    expect(JSON.stringify(depth!.attributes)).toContain('[cut: too deep]');
    expect(fine!.truncated).toBe(false);
    expect(pipeline.problems()).toMatchObject({ cutBodies: 1, cutValues: 1, cutAttributes: 1, cutDepth: 1 });
  });

  it('never leaves half a secret at a cut', () => {
    const secret = `gh${'p_'}${'aB3'.repeat(12)}`;
    for (let before = 8_140; before < 8_200; before += 3) {
      const event = one({ attributes: { note: `${'x '.repeat(before / 2)}${secret} tail` } });
      expect(showsSecret(JSON.stringify(event), secret)).toBe(false);
    }
  });

  it('never leaves a body empty', () => {
    expect(one({ body: '\u001b[0m\u0000' }).body).toBe('-');
    expect(one({ body: '', stackText: PYTHON }).body).toBe('Traceback (most recent call last):');
  });
});

describe('redaction', () => {
  it('lets no planted secret through, however it arrives', () => {
    const events = plantedSecrets.flatMap(({ text }, index) => [
      rawEvent({
        id: `b${index}`,
        body: text,
        source: { kind: 'file', name: 'a', position: '1', stream: `b${index}` },
      }),
      rawEvent({
        id: `p${index}`,
        attributes: { text },
        payload: { textPayload: text },
        source: { kind: 'file', name: 'a', position: '1', stream: `p${index}` },
      }),
    ]);
    const output = JSON.stringify(run(events));
    expect(plantedSecrets.filter(({ secret }) => showsSecret(output, secret)).map(({ name }) => name)).toEqual([]);
  });

  it('hides a private key that was printed one line per record', () => {
    const line = (seed: string): string => seed.repeat(16);
    const key = [
      `-----BEGIN PRIVATE ${'KEY'}-----`,
      line('aB3x'),
      line('Zk9+'),
      line('Q7/w'),
      `-----END PRIVATE ${'KEY'}-----`,
      'started',
      line('aB3x'),
    ];
    const events = linesAsEvents(key.join('\n')).map((event) => ({ ...event, payload: { textPayload: event.body } }));
    const pipeline = createEventPipeline({ clock: { now: () => NOW } });
    const out = [...pipeline.push(events), ...pipeline.flush()];
    const hidden = JSON.stringify(out.slice(0, 5));
    for (const secret of ['aB3xaB3x', 'Zk9+Zk9+', 'Q7/wQ7/w']) expect(hidden).not.toContain(secret);
    expect(out[5]?.body).toBe('started');
    expect(out[6]?.body).toBe(line('aB3x'));
    expect(pipeline.redactions()['private-key']).toBeGreaterThanOrEqual(4);
  });

  it('counts what it took', () => {
    const pipeline = createEventPipeline({ clock: { now: () => NOW } });
    pipeline.push([rawEvent({ body: 'password=hunter2 from 203.0.113.9' })]);
    expect(pipeline.redactions()).toEqual({ password: 1, 'ip-address': 1 });
  });

  it('keeps client addresses by knob', () => {
    expect(one({ body: 'from 203.0.113.9' }, { redaction: { clientAddresses: 'keep' } }).body).toBe('from 203.0.113.9');
  });
});

it('does not change the events it was given', () => {
  const events = [rawEvent({ body: `\u001b[1m${PYTHON}`, attributes: { password: 'x1' } })];
  const before = structuredClone(events);
  run(events);
  expect(events).toEqual(before);
});
