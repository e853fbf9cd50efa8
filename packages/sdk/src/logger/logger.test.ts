import { afterEach, expect, test } from 'vitest';
import { type MemorySink, memorySink, testTime } from '../client/client-fixtures.ts';
import { type Client, captureException, getAgentLogger, getLogger, type StartOptions, start, stop } from '../index.ts';

let sink: MemorySink;
let client: Client;

async function begin(options: Partial<StartOptions> = {}): Promise<void> {
  sink = memorySink();
  client = await start({ service: 'shop', folder: null, sinks: [sink], ...options });
}

async function records() {
  await client.stop();
  return sink.records;
}

afterEach(() => stop());

const both = [
  ['with redaction', {}],
  ['without redaction', { redaction: false }],
] as const satisfies readonly (readonly [string, Partial<StartOptions>])[];

test.each(both)('a record counts the bytes of its line, whatever is in it (%s)', async (_, options) => {
  await begin({ ...options, limits: { recordBytes: 4_000 } });
  const texts = [
    'plain',
    'é',
    '日本',
    '🙂',
    'quote "',
    '\ud800',
    'tab\t',
    '\u007f',
    'long '.repeat(20),
    `lång ${'x'.repeat(50)}`,
    '',
  ];
  for (const text of texts) {
    const logger = getLogger(`bytes ${text}`, { fields: { own: text, [`own ${text}`]: 1 }, category: 'tools' });
    logger.info(text);
    logger.info(text, { text, [text]: 1, list: [text], nothing: null, yes: true, big: 'x'.repeat(text.length * 200) });
    logger.child({ [text]: text }).warn(`{text} ${text}`, { text, category: text });
    logger.error(text, new Error(text));
    logger.log('info', text, { sequence: text, own: 2 });
  }
  await client.stop();
  expect(sink.entries).toHaveLength(texts.length * 5);
  for (const { bytes, line } of sink.entries) expect(bytes, line).toBe(Buffer.byteLength(line));
});

test.each(both)('values of every kind are written as JSON, none raises (%s)', async (_, options) => {
  await begin(options);
  const cyclic: Record<string, unknown> = { name: 'ring' };
  cyclic.self = cyclic;
  const getter = Object.defineProperty({ ok: 1 }, 'broken', {
    enumerable: true,
    get: () => {
      throw new Error('getter');
    },
  });
  class Point {
    x = 1;
    #hidden = 2;
    get sum() {
      return this.x + this.#hidden;
    }
  }
  getLogger('values').info('values', {
    text: 'quote " backslash \\ line\nend \u0000 \ud800 é',
    big: 12345678901234567890n,
    float: 0.1,
    nan: Number.NaN,
    infinite: -Infinity,
    nothing: null,
    missing: undefined,
    yes: true,
    symbol: Symbol('s'),
    function: function named() {},
    date: new Date(Date.UTC(2026, 0, 2)),
    badDate: new Date(Number.NaN),
    map: new Map<unknown, unknown>([
      ['a', 1],
      [2, new Set(['b'])],
    ]),
    odd: new Map([[{ k: 1 }, 'v']]),
    list: [undefined, 1, [2]],
    cyclic,
    getter,
    point: new Point(),
    json: { toJSON: () => ({ shown: 'as this' }) },
    badJson: {
      toJSON: () => {
        throw new Error('toJSON');
      },
    },
    proxy: new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    ),
    bytes: Buffer.from('abc'),
    url: new URL('https://example.org/a'),
    pattern: /x/g,
    promise: Promise.resolve(1),
    boxed: new String('boxed'),
    ['__proto__']: { polluted: true },
  });
  const [record] = await records();
  const { sequence: _sequence, symbol, ...attributes } = record!.attributes;
  expect(symbol).toContain('s');
  expect(attributes).toEqual({
    text: 'quote " backslash \\ line\nend \u0000 \ud800 é',
    big: '12345678901234567890',
    float: 0.1,
    nan: 'NaN',
    infinite: '-Infinity',
    nothing: null,
    yes: true,
    function: '[function named]',
    date: '2026-01-02T00:00:00.000Z',
    badDate: 'Invalid Date',
    map: { 2: ['b'], a: 1 },
    odd: [[{ k: 1 }, 'v']],
    list: [null, 1, [2]],
    cyclic: { name: 'ring', self: '[circular]' },
    getter: { ok: 1, broken: '[unreadable]' },
    point: { x: 1 },
    json: { shown: 'as this' },
    badJson: '[unreadable]',
    proxy: '[unreadable]',
    bytes: '[binary: 3 bytes]',
    url: 'https://example.org/a',
    pattern: '/x/g',
    promise: '[promise]',
    boxed: 'boxed',
    ['__proto__']: { polluted: true },
  });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test.each(both)('fields that cannot be listed cost a record its fields, not its message (%s)', async (_, options) => {
  await begin(options);
  const trap = (): never => {
    throw new Error('trap');
  };
  const hostile = new Proxy(
    {},
    { ownKeys: trap, getOwnPropertyDescriptor: trap, get: trap, has: trap, getPrototypeOf: trap },
  );
  expect(() => getLogger('hostile').error('kept', hostile)).not.toThrow();
  expect(await records()).toMatchObject([{ message: 'kept', attributes: { fields: '[unreadable]' } }]);
});

test.each(both)(
  'what is beyond the bounds is cut and marked, and the record counts as truncated (%s)',
  async (_, options) => {
    await begin({ ...options, limits: { depth: 4, nodes: 50, stringLength: 5_000, recordBytes: 20_000 } });
    const logger = getLogger('bounds');
    logger.info('deep', { a: { b: { c: { d: { e: 1 } } } } });
    logger.info('many', { list: Array.from({ length: 1_000 }, (_, index) => index) });
    logger.info('long', { text: `${'word '.repeat(1_500)}` });
    logger.info(
      'large',
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, 'x y '.repeat(1_000)])),
    );
    logger.info('fine', { a: 1 });
    const written = await records();
    expect(JSON.stringify(written[0]!.attributes.a)).toMatch(/too.deep/);
    expect((written[1]!.attributes.list as unknown[]).length).toBeLessThan(60);
    expect(JSON.stringify(written[1]!.attributes.list)).toMatch(/too.many/);
    expect((written[2]!.attributes.text as string).length).toBeLessThan(5_100);
    expect(written[2]!.attributes.text).toMatch(/\[(?:cut|redacted):/);
    expect(sink.entries[3]!.bytes).toBeLessThanOrEqual(20_000);
    expect(
      Object.values(written[3]!.attributes).filter((value) => String(value).startsWith('[cut: ')),
    ).not.toHaveLength(0);
    expect(client.stats().records.truncated.info).toBe(4);
  },
);

test('errors keep type, message, stack, properties, the chain of causes and members', async () => {
  await begin();
  class PaymentFailed extends Error {
    code = 'card_declined';
  }
  const root = Object.assign(new Error('socket hang up'), { errno: -104 });
  const failed = new PaymentFailed('declined', { cause: new TypeError('no answer', { cause: root }) });
  const logger = getLogger('errors');
  logger.error('as fields', failed);
  logger.error('as err', { err: failed, order: 1 });
  logger.error(failed);
  logger.error('members', {
    error: new AggregateError([new RangeError('a'), 'b', Object.assign(new Error('c'), { n: 3 })], 'all'),
  });
  logger.error('nested', { result: { failure: new URIError('inside') } });
  logger.error('text cause', new Error('x', { cause: 'just text' }));
  const cyclic = new Error('cyclic');
  cyclic.cause = cyclic;
  logger.error('cyclic', cyclic);
  const [fields, err, message, members, nested, text, circular] = await records();
  const exception = {
    type: 'PaymentFailed',
    message: 'declined',
    cause: { type: 'TypeError', message: 'no answer', cause: { type: 'Error', message: 'socket hang up' } },
  };
  for (const record of [fields, err, message]) expect(record!.exception).toMatchObject(exception);
  expect(fields!.exception!.stack).toMatch(/^PaymentFailed: declined\n/);
  expect(fields!.attributes.error).toEqual({ code: 'card_declined', cause: { cause: { errno: -104 } } });
  expect(err!.attributes).toMatchObject({ order: 1, err: { code: 'card_declined' } });
  expect(message!.message).toBe('declined');
  expect(members!.exception).toMatchObject({
    type: 'AggregateError',
    errors: [{ type: 'RangeError', message: 'a' }, { message: 'b' }, { type: 'Error', message: 'c' }],
  });
  expect(members!.exception!.stack).toMatch(/\[errors\]: \[\n {4}RangeError: a\n/);
  expect(members!.attributes.error).toEqual({ errors: [{}, {}, { n: 3 }] });
  expect(nested!.attributes.result).toMatchObject({ failure: { type: 'URIError', message: 'inside' } });
  expect(text!.exception).toMatchObject({ cause: { message: 'just text' } });
  expect(circular!.exception).toMatchObject({ message: 'cyclic', cause: { message: '[circular]' } });
});

test('a call without a message, or with something else, still makes a record that a server takes', async () => {
  await begin();
  const logger = getLogger('messages');
  logger.info('');
  logger.info(undefined);
  logger.info({ a: 1n });
  logger.info(42);
  logger.error(new Error(''));
  logger.info('text', 'more' as never);
  expect((await records()).map(({ message }) => message)).toEqual([
    '(no message)',
    'undefined',
    '{"a":"1"}',
    '42',
    'Error',
    'text',
  ]);
  expect(sink.records[5]!.attributes.value).toBe('more');
});

test('the message takes its fields in safe form, and the template stays as written', async () => {
  await begin();
  const logger = getLogger('templates').child({ region: 'ca' });
  logger.info('login of {user} in {region} with {password}, {unknown}', {
    user: 'ada@example.org',
    password: 'hunter2 hunter2',
  });
  logger.info('plain {braces}');
  const [filled, plain] = await records();
  expect(filled).toMatchObject({
    message: 'login of [redacted:email] in ca with [redacted:password], {unknown}',
    template: 'login of {user} in {region} with {password}, {unknown}',
  });
  expect(plain!.message).toBe('plain {braces}');
  expect(plain!.template).toBeUndefined();
});

test('a child adds fields, shares the logger, and a field of the call wins over its own', async () => {
  await begin();
  const parent = getLogger('parent', { category: 'tools', fields: { team: 'core' } });
  const mutable = { id: 1 };
  const child = parent.child({ request: mutable, user: 'u1' });
  mutable.id = 2;
  child.child({ step: 'pay' }).info('nested');
  child.info('override', { user: 'u2', category: 'performance', sequence: 'mine' });
  parent.info('parent');
  parent.setLevel('error');
  child.info('silent');
  const [nested, override, own] = await records();
  expect(nested!.attributes).toEqual({
    sequence: 1,
    category: 'tools',
    team: 'core',
    request: { id: 1 },
    user: 'u1',
    step: 'pay',
  });
  expect(override!.attributes).toEqual({
    category: 'performance',
    team: 'core',
    request: { id: 1 },
    user: 'u2',
    sequence: 'mine',
  });
  expect(sink.entries[1]!.line.match(/"user"/g)).toHaveLength(1);
  expect(sink.entries[1]!.line.match(/"category"/g)).toHaveLength(1);
  expect(own!.attributes).toEqual({ sequence: 3, category: 'tools', team: 'core' });
  expect(sink.records).toHaveLength(3);
});

test('the same name is the same logger; contradicting options name the difference', () => {
  const logger = getLogger('registry.one', { level: 'warn', category: 'system' });
  expect(getLogger('registry.one')).toBe(logger);
  expect(getLogger('registry.one', { level: 'warn' })).toBe(logger);
  expect(() => getLogger('registry.one', { level: 'debug' })).toThrow('level "debug" contradicts "warn"');
  expect(() => getLogger('registry.one', { category: 'tools' })).toThrow('category "tools" contradicts "system"');
  expect(() => getLogger('registry.two', { colour: 'red' } as never)).toThrow('unknown option "colour"');
  expect(() => getLogger('registry.two', { level: 'loud' as never })).toThrow('"loud" is no level');
  getLogger('registry.three');
  expect(getLogger('registry.three', { fields: { a: 1 } })).toBe(getLogger('registry.three', { fields: { a: 1 } }));
  expect(() => getLogger('registry.three', { fields: { a: 2 } })).toThrow('fields {"a":2} contradicts {"a":1}');
});

test('options that come later than the first call reach the records from then on', async () => {
  await begin({ level: 'warn' });
  const logger = getLogger('registry.later');
  logger.info('quiet');
  getLogger('registry.later', { level: 'info' });
  getLogger('registry.later', { category: 'tools', fields: { team: 'core' } });
  logger.info('loud');
  expect(await records()).toMatchObject([{ message: 'loud', attributes: { category: 'tools', team: 'core' } }]);
});

test('row 23: ten loggers made at once in ten turns are ten, and none is made twice', async () => {
  const made = await Promise.all(Array.from({ length: 100 }, async (_, call) => getLogger(`burst.${call % 10}`)));
  expect(new Set(made).size).toBe(10);
});

test('levels are those of the logger, of the longest name, of the agent template, of the client', async () => {
  await begin({
    level: 'warn',
    levels: { 'lv.db': 'debug', 'lv.db.pool': 'error' },
    agents: { 'billing.*.*': { level: 'debug', fields: { team: 'money' } }, '*.*.*': { level: 'fatal' } },
  });
  expect(getLogger('lv').isEnabled('info')).toBe(false);
  expect(getLogger('lv.db').isEnabled('debug')).toBe(true);
  expect(getLogger('lv.db.query').isEnabled('debug')).toBe(true);
  expect(getLogger('lv.database').isEnabled('debug')).toBe(false);
  expect(getLogger('lv.db.pool').isEnabled('warn')).toBe(false);
  expect(getLogger('lv.own', { level: 'trace' }).isEnabled('trace')).toBe(true);
  const agent = getAgentLogger({ name: 'a', role: 'r', domain: 'billing' });
  expect(agent.isEnabled('debug')).toBe(true);
  expect(getAgentLogger({ name: 'a', role: 'r', domain: 'shipping' }).isEnabled('error')).toBe(false);
  agent.debug('with the fields of its template');
  expect(await records()).toMatchObject([
    { attributes: { team: 'money', agent: { name: 'a', role: 'r', domain: 'billing' } } },
  ]);
});

test('time is UTC in milliseconds and the sequence keeps the order of equal instants', async () => {
  const time = testTime(Date.UTC(2026, 9, 25, 0, 59, 59, 998));
  await begin({ time });
  const logger = getLogger('time');
  for (let call = 0; call < 3; call++) {
    logger.info('tick');
    logger.info('tock');
    time.advance(1);
  }
  await client.flush();
  expect(sink.records.map(({ time }) => time)).toEqual([
    '2026-10-25T00:59:59.998Z',
    '2026-10-25T00:59:59.998Z',
    '2026-10-25T00:59:59.999Z',
    '2026-10-25T00:59:59.999Z',
    '2026-10-25T01:00:00.000Z',
    '2026-10-25T01:00:00.000Z',
  ]);
  expect(sink.records.map(({ attributes }) => attributes.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
  const ids = sink.records.map(({ id }) => id);
  expect([...ids].sort()).toEqual(ids);
});

test('ids sort by sequence over 100,000 records and none comes twice', async () => {
  await begin({
    redaction: false,
    delivery: { queueEntries: 200_000, queueBytes: 100_000_000, maxBatchEntries: 200_000 },
  });
  const logger = getLogger('ids');
  for (let call = 0; call < 100_000; call++) logger.info('id');
  await client.stop({ timeoutMs: 20_000 });
  const ids = sink.entries.map(({ id }) => id);
  expect(ids).toHaveLength(100_000);
  expect(new Set(ids).size).toBe(100_000);
  expect([...ids].sort()).toEqual(ids);
});

test('captured exceptions say what was thrown, an error or not', async () => {
  await begin();
  captureException(new RangeError('too far'), { fields: { job: 'nightly' } });
  captureException(new Error('why'), { message: 'import failed', level: 'warn' });
  captureException('just text');
  captureException(undefined);
  expect(await records()).toMatchObject([
    {
      severity: 'error',
      message: 'too far',
      logger: 'exceptions',
      exception: { type: 'RangeError' },
      attributes: { category: 'errors', job: 'nightly' },
    },
    { severity: 'warn', message: 'import failed', exception: { message: 'why' } },
    { severity: 'error', message: 'thrown: just text', attributes: { thrown: 'just text' } },
    { severity: 'error', message: 'thrown: {thrown}' },
  ]);
});
