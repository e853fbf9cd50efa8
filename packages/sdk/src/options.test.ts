import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkOptions, START_OPTIONS } from './check-start-options.ts';
import { type EventServer, memorySink, startEventServer, temporaryFolder, testTime } from './client/client-fixtures.ts';
import { DEFAULT_DELIVERY } from './delivery/delivery.ts';
import { getLogger, type StartOptions, start, stop } from './index.ts';
import { DEFAULT_FOLDER, DEFAULT_LIMITS, DEFAULT_TIMERS } from './options.ts';
import { createLocalWrapper, openRecord, type SealedEnvelope, type WrappedKey } from './seal/index.ts';

let server: EventServer;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  server = await startEventServer();
  folder = temporaryFolder();
});

afterEach(async () => {
  await stop({ timeoutMs: 1_000 });
  await server.close();
  folder.remove();
});

const connection = () => ({ url: server.url, key: 'gk_test', service: 'shop', folder: folder.path });

test.each([
  [{}, '"url" is missing'],
  [{ service: 'x' }, '"url" is missing'],
  [{ service: 'x', url: 'http://127.0.0.1:1' }, '"key" is missing'],
  [{ service: 'x', key: 'k' }, '"url" is missing'],
  [{ service: 'x', url: 'ftp://a', key: 'k' }, '"url" must begin with http:// or https://'],
  [{ url: 'http://127.0.0.1:1', key: 'k' }, '"service" is missing'],
  [{ service: '', url: 'http://127.0.0.1:1', key: 'k' }, '"service" must be a text'],
  [{ service: 'x', sink: [] }, 'unknown option "sink"; there are url, key, service'],
  [{ service: 'x', sinks: [{}] }, 'sinks[0] is no sink'],
  [{ service: 'x', sinks: [memorySink('a'), memorySink('a')] }, 'two sinks are named "a"'],
  [{ service: 'x', sinks: [{ sink: memorySink(), level: 'loud' }] }, 'start: sinks[0].level: "loud" is no level'],
  [{ service: 'x', sinks: [{ sink: memorySink(), levels: {} }] }, 'unknown option "levels"'],
  [{ level: 'verbose' }, 'start: level: "verbose" is no level'],
  [{ levels: { a: 'x' } }, 'levels["a"]: "x" is no level'],
  [{ folder: 5 }, '"folder" must be a text'],
  [{ delivery: { queueSize: 1 } }, 'start: delivery: unknown option "queueSize"'],
  [{ delivery: { queueEntries: 0 } }, '"delivery.queueEntries" must be above 0'],
  [{ delivery: { timeoutMs: 'soon' } }, '"delivery.timeoutMs" must be a number'],
  [{ delivery: { durability: 'never' } }, '"delivery.durability" must be turn, record or overflow'],
  [{ delivery: { reservedShare: 1 } }, '"delivery.reservedShare" must be below 1'],
  [{ redaction: true }, '"redaction" must be an object'],
  [{ redaction: { path: [] } }, 'start: redaction: unknown option "path"'],
  [{ redaction: { rules: { email: 'encrypt' } } }, '"sealing" is missing'],
  [{ sealing: { key: 'x' } }, 'start: sealing: unknown option "key"'],
  [{ suppression: { ttl: 5 } }, 'start: suppression: unknown option "ttl"'],
  [{ suppression: { minTtlMs: 10, maxTtlMs: 5 } }, '"suppression.maxTtlMs" is below'],
  [{ suppression: { levels: ['fatal'] } }, '"suppression.levels" must be a list of trace, debug'],
  [{ limits: { depths: 5 } }, 'start: limits: unknown option "depths"'],
  [{ timers: { slow: 5 } }, 'start: timers: unknown option "slow"'],
  [{ capture: { uncaught: 'yes' } }, '"capture.uncaught" must be true or false'],
  [{ trace: 'otel' }, '"trace" must be a function'],
  [{ usage: { ip: true } }, 'start: usage: unknown option "ip"'],
  [{ agents: { billing: {} } }, 'agents["billing"]: the name must be domain.role.name'],
  [{ agents: { 'a.b.c': { colour: 1 } } }, 'agents["a.b.c"]: unknown option "colour"'],
  [{ onTrouble: true }, '"onTrouble" must be a function'],
])('row 25: options that cannot be stop the start, and the error names them: %j', async (wrong, sentence) => {
  const base =
    'url' in wrong || 'service' in wrong || Object.keys(wrong).length === 0
      ? {}
      : { service: 'x', folder: null, sinks: [memorySink()] };
  await expect(start({ ...base, ...wrong } as unknown as StartOptions)).rejects.toThrow(sentence);
  const told: string[] = [];
  await start({ service: 'x', folder: null, sinks: [memorySink()], onTrouble: (line) => told.push(line) });
});

test('row 25: a second start with the same options is the same client; with others the first difference is named', async () => {
  const sink = memorySink();
  const options = (): StartOptions => ({
    ...connection(),
    level: 'debug',
    levels: { a: 'warn' },
    delivery: { queueEntries: 500 },
    redaction: { paths: ['iban'], pseudonymKey: new Uint8Array(16) },
    sinks: [sink],
  });
  const client = await start(options());
  expect(await start(options())).toBe(client);
  const differences: [Partial<StartOptions>, string][] = [
    [{ level: 'info' }, '"level" "info" contradicts "debug"'],
    [{ service: 'other' }, '"service" "other" contradicts "shop"'],
    [{ levels: { a: 'error' } }, '"levels.a" "error" contradicts "warn"'],
    [{ delivery: { queueEntries: 5 } }, '"delivery.queueEntries" 5 contradicts 500'],
    [{ sinks: [memorySink()] }, '"sinks.0.sink" "memory" contradicts "memory"'],
    [{ sinks: [] }, '"sinks" a list of 0 contradicts a list of 1'],
    [{ redaction: { paths: ['bic'] } }, '"redaction.paths.0" "bic" contradicts "iban"'],
    [{ suppression: true }, '"suppression" an object contradicts null'],
    [{ trace: () => null }, '"trace" a function contradicts null'],
    [{ key: 'gk_secret' }, 'another "key" contradicts the first'],
  ];
  for (const [other, sentence] of differences)
    await expect(start({ ...options(), ...other })).rejects.toThrow(sentence);
  await expect(start({ ...options(), key: 'gk_secret' })).rejects.not.toThrow('gk_secret');
  await client.stop();
  await start({ ...options(), level: 'info' });
});

test('row 25: identity, level, instance and folder reach the records and the disk', async () => {
  await start({ ...connection(), environment: 'staging', revision: 'v7', instance: 'node-3', level: 'warn' });
  getLogger('options').info('quiet');
  getLogger('options').warn('loud');
  expect(readdirSync(folder.path)).toEqual(['shop']);
  await stop();
  expect(server.records).toMatchObject([
    { message: 'loud', service: 'shop', environment: 'staging', revision: 'v7', instance: 'node-3' },
  ]);
});

test('row 25: the key authorises, and a route limits its sink', async () => {
  const [quiet, loud] = [memorySink('quiet'), memorySink('loud')];
  const client = await start({
    service: 'x',
    folder: null,
    sinks: [quiet, { sink: loud, level: 'error', delivery: { batchEntries: 1, maxBatchEntries: 1 } }],
  });
  const logger = getLogger('options');
  logger.info('a');
  logger.error('b');
  await client.stop();
  expect(quiet.records.map(({ message }) => message)).toEqual(['a', 'b']);
  expect(loud.records.map(({ message }) => message)).toEqual(['b']);
  expect(client.stats().sinks.loud!.gauges.batchEntries).toBe(1);
});

test('row 25: delivery knobs hold: a queue of five drops the oldest of a burst and says so in a record', async () => {
  let isDown = true;
  const up = memorySink('up');
  const sink = { name: 'up', send: (batch: never, signal: AbortSignal) => (isDown ? down() : up.send(batch, signal)) };
  const down = async () => ({ kind: 'retry', reason: 'down', retryAfterMs: null, isOverloaded: false }) as const;
  const client = await start({
    service: 'x',
    folder: null,
    sinks: [sink],
    delivery: { queueEntries: 5, minRetryMs: 1, maxRetryMs: 2, flushAfterMs: 1 },
    onTrouble: () => {},
  });
  for (let call = 0; call < 20; call++) getLogger('options').info('burst', { call });
  isDown = false;
  await client.flush();
  await client.flush();
  await client.stop();
  const { queued, sent, dropped, gauges } = client.stats().sinks.up!;
  expect(dropped['queue-full'].info).toBeGreaterThan(0);
  expect(queued.info + queued.warn).toBe(sent.info + sent.warn + dropped['queue-full'].info + gauges.waiting);
  const told = up.records.find(({ logger }) => logger === 'guardian.delivery');
  expect(told).toMatchObject({
    severity: 'warn',
    service: 'x',
    attributes: { category: 'system', level: 'info', sink: 'up' },
  });
});

test('row 25: redaction is on by default, its own paths and rules hold, false switches it off', async () => {
  const write = () =>
    getLogger('options').info('to ada@example.org', {
      customer: { iban: 'FR76 3000', name: 'Ada' },
      password: 'hunter2 hunter2',
    });
  const lines: string[] = [];
  for (const redaction of [undefined, { paths: ['customer.**'], rules: { email: 'remove' } }, false] as const) {
    const sink = memorySink();
    await start({ service: 'x', folder: null, sinks: [sink], ...(redaction !== undefined && { redaction }) });
    write();
    await stop();
    lines.push(sink.entries[0]!.line);
  }
  expect(lines[0]).not.toMatch(/ada@|hunter2/);
  expect(lines[0]).toContain('FR76 3000');
  expect(lines[1]).not.toMatch(/ada@|hunter2|FR76|"Ada"|\[redacted:email\]/);
  expect(lines[2]).toMatch(/ada@example\.org.*FR76 3000.*hunter2 hunter2/);
});

test('rows 11 and 16: sealed fields leave encrypted only, open with the key, and a wrong key stops the start', async () => {
  const bytes = randomBytes(32);
  const sink = memorySink();
  const options = {
    ...connection(),
    sinks: [sink],
    redaction: {
      paths: [{ path: 'customer.iban', action: 'encrypt' as const }],
      rules: { card: 'encrypt' as const },
    },
  };
  await expect(start({ ...options, sealing: { wrappingKey: { bytes: randomBytes(16) } } })).rejects.toThrow(
    '16 bytes; it must have exactly 32',
  );
  const client = await start({ ...options, sealing: { wrappingKey: { bytes } } });
  const logger = getLogger('sealed');
  logger.info('paid', { customer: { iban: 'FR76 3000 6000', name: 'Ada' } });
  logger.fatal('at once', { customer: { iban: 'FR76 3000 6001' } });
  logger.child({ customer: { iban: 'FR76 3000 6002' } }).info('child');
  logger.info('card 4111 1111 1111 1111 refused');
  getLogger('sealed.own', { fields: { sealed: 'mine' } }).info('room', { customer: { iban: 'FR76 3000 6003' } });
  await client.stop();
  expect(sink.records).toEqual(expect.arrayContaining(server.records));
  expect(sink.records).toHaveLength(5);
  expect(JSON.stringify([sink.entries, server.lines])).not.toMatch(/FR76|4111/);
  expect(client.stats().records.encrypted).toMatchObject({ info: 4, fatal: 1 });
  const file = readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('sealing-keys.ndjson'),
  );
  expect(existsSync(join(folder.path, file!))).toBe(true);
  expect(server.lines['/api/keys']!.length).toBeGreaterThan(0);
  const values = sink.records.map(({ attributes }) => attributes.sealed as SealedEnvelope);
  expect(values.every(({ version, data }) => version === 1 && data.length > 0)).toBe(true);
  expect(new Set(values.map(({ iv }) => iv)).size).toBe(5);
  expect(readFileSync(join(folder.path, file!), 'utf8')).toContain(values[0]!.key);
  expect(sink.records.find(({ message }) => message === 'room')!.attributes.sealed_).toBe('mine');
  expect(sink.entries.every(({ line }) => line.match(/"sealed":/g)?.length === 1)).toBe(true);
  const keys = server.lines['/api/keys']!.map((line) => JSON.parse(line) as WrappedKey);
  const opened = await Promise.all(
    sink.records.map(({ id, service }, index) => {
      const envelope = values[index]!;
      const wrapped = keys.find((key) => key.id === envelope.key) ?? null;
      return openRecord({ id, service, envelope, wrapped, wrappers: [createLocalWrapper({ bytes })] });
    }),
  );
  const secrets = sink.records.map(({ message }, index) => [
    message,
    opened[index]!.map(({ path, value }) => [path, value]),
  ]);
  expect(Object.fromEntries(secrets)).toEqual({
    paid: [['customer.iban', 'FR76 3000 6000']],
    'at once': [['customer.iban', 'FR76 3000 6001']],
    child: [['customer.iban', 'FR76 3000 6002']],
    room: [['customer.iban', 'FR76 3000 6003']],
    'card [redacted:card:1] refused': [['message', '4111 1111 1111 1111']],
  });
});

test('durability "record" holds for sealed records: on disk before the call returns', async () => {
  const options = {
    folder: folder.path,
    redaction: { paths: [{ path: 'iban', action: 'encrypt' as const }] },
    sealing: { wrappingKey: { bytes: randomBytes(32) } },
  };
  const kept = () =>
    readdirSync(folder.path, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.seg') && !name.includes('guardian-keys'))
      .map((name) => readFileSync(join(folder.path, name), 'utf8'))
      .join('');
  for (const [service, delivery, route] of [
    ['all', { durability: 'record' as const }, {}],
    ['one', {}, { delivery: { durability: 'record' as const } }],
  ] as const) {
    const sinks = [memorySink('relaxed'), { sink: memorySink('careful'), level: 'warn' as const, ...route }];
    const client = await start({ ...options, service, delivery, sinks });
    const message = `paid by ${service}`;
    getLogger('sealed').warn(message, { iban: 'FR76 3000 6000' });
    expect(kept()).toContain(message);
    expect(kept()).toContain('"sealed":{"version":1');
    await client.stop();
  }
});

test('row 16: what cannot be sealed goes out without its value, marked and counted, never in clear', async () => {
  const sink = memorySink();
  const time = testTime();
  const wrapper = createLocalWrapper({ bytes: randomBytes(32) });
  let isAway = false;
  const wrap = async (key: Uint8Array, binding: string) => {
    if (isAway) throw new Error('the key service is away');
    return wrapper.wrap(key, binding);
  };
  const client = await start({
    service: 'x',
    folder: folder.path,
    sinks: [sink],
    time,
    onTrouble: () => {},
    redaction: { paths: [{ path: 'iban', action: 'encrypt' }] },
    sealing: { wrappingKey: { id: wrapper.id, wrap, unwrap: wrapper.unwrap }, rotateAfterMs: 1_000 },
  });
  isAway = true;
  const logger = getLogger('sealed');
  for (const ms of [0, 1_500, 1_000]) {
    time.advance(ms);
    logger.info('paid', { iban: 'FR76 3000 6000' });
    await Promise.resolve();
  }
  await client.stop();
  const sealed = sink.records.map(({ attributes }) => attributes.sealed as { data?: unknown; failed?: string });
  expect(sealed.map(({ failed }) => failed)).toEqual([undefined, undefined, 'no-key']);
  expect(JSON.stringify(sink.entries)).not.toContain('FR76');
  expect(client.stats().records).toMatchObject({ encrypted: { info: 2 }, sealFailed: { info: 1 } });
});

test('the guide names every option and every knob with its default', () => {
  const guide = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const row = (name: string) => guide.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${name}\``));
  const names = Object.keys(checkOptions({ service: 'x', sinks: [memorySink()] }));
  for (const name of [...names, ...Object.keys(DEFAULT_DELIVERY)]) expect(row(name), name).toBeDefined();
  const shown = { ...DEFAULT_LIMITS, ...DEFAULT_TIMERS };
  for (const [name, value] of Object.entries(shown))
    expect(guide).toContain(`\`${name}\` ${value.toLocaleString('en')}`);
  expect(row('folder')).toContain(`\`${DEFAULT_FOLDER}\``);
});

test('row 25: limits, timers, clock and troubles are those that were given', async () => {
  const time = testTime(Date.UTC(2030, 0, 1));
  const told: string[] = [];
  const sink = memorySink();
  const client = await start({
    service: 'x',
    folder: null,
    sinks: [sink],
    time,
    timers: { slowMs: 10, operations: 1 },
    limits: { stringLength: 6_000 },
    onTrouble: (line) => told.push(line),
  });
  const timer = getLogger('options').time('op', { text: 'x y '.repeat(3_000) });
  time.advance(11);
  timer.end();
  await client.stop();
  expect(sink.records[0]).toMatchObject({ time: '2030-01-01T00:00:00.011Z', attributes: { slow: true } });
  expect((sink.records[0]!.attributes.text as string).length).toBeLessThan(6_100);
  getLogger('options').info('late');
  expect(told).toHaveLength(1);
});

test('usage goes to its own stream, under the settings that were given', async () => {
  const client = await start({ ...connection(), revision: 'v7', usage: { flushAfterMs: 10 } });
  client.usage.login({ user: 'u1', session: 's1' });
  expect(client.usage).toBe(client.usage);
  await client.stop();
  const lines = server.lines['/api/usage']!.join('\n');
  expect(lines).toContain('"u1"');
  expect(client.stats().usage).toMatchObject({ logins: 1 });
  expect(client.stats().sinks['guardian-usage']!.sent.info).toBeGreaterThan(0);
  await start({ service: 'x', folder: null, sinks: [memorySink()] }).then((other) =>
    expect(() => other.usage).toThrow('needs "url"'),
  );
});

test('every option has its place in the checked options', () => {
  const names = Object.keys(checkOptions({ service: 'x', sinks: [memorySink()] }));
  expect(names).toEqual(START_OPTIONS);
});
