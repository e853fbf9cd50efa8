import { expect, test } from 'vitest';
import { createUsage, type UsageOptions } from './index.ts';
import { keepingDelivery, manualTime } from './usage-fixtures.ts';
import type { IncomingRequest } from './usage-options.ts';
import type { SequenceRecord } from './usage-record.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0';
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36';

function request(headers: Record<string, string> = {}, remoteAddress?: string): IncomingRequest {
  return { headers, socket: { remoteAddress } };
}

function start(options: Partial<UsageOptions> = {}) {
  const delivery = keepingDelivery();
  const time = manualTime();
  const usage = createUsage({ delivery, service: 'shop', time, ...options });
  const marks = () => delivery.records().filter((record): record is SequenceRecord => record.kind === 'sequence');
  return { delivery, time, usage, marks };
}

test('writes out when the oldest record is as old as the flush interval, and nothing postpones it', () => {
  const { delivery, time, usage } = start({ flushAfterMs: 1_000 });
  const tracker = usage.track<string>({ identify: (user) => user });
  for (let passed = 0; passed < 900; passed += 300) {
    tracker.end(tracker.route('GET', '/a'), request(), 'ann', tracker.begin(), 200);
    time.pass(300);
  }
  expect(delivery.entries).toHaveLength(0);
  time.pass(100);
  expect(delivery.requests()).toHaveLength(3);
});

test('tells start and duration by the monotonic clock, whatever the wall clock does meanwhile', () => {
  const { delivery, time, usage } = start();
  const tracker = usage.track<string>({ identify: (user) => user });
  const startedAt = tracker.begin();
  time.pass(30);
  time.stepWall(-3_600_000);
  time.pass(12);
  tracker.end(tracker.route('GET', '/a'), request(), 'ann', startedAt, 200);
  time.pass(8);
  usage.drain();
  // An hour back, 50 ms before now.
  expect(delivery.requests()[0]).toMatchObject({ time: '2025-10-20T02:18:28.648Z', durationMs: 42 });
});

test('numbers records without a hole, and says start, each minute of use, and stop', () => {
  const { delivery, time, usage, marks } = start();
  const tracker = usage.track<string>({ identify: (user) => user });
  expect(delivery.entries).toHaveLength(0);
  for (let index = 0; index < 3; index++) {
    tracker.end(tracker.route('GET', '/a'), request(), 'ann', tracker.begin(), 200);
    usage.activity({ user: 'ann' });
    time.pass(61_000);
  }
  usage.login({ user: 'bob' });
  usage.stop();
  usage.stop();
  const sequences = delivery.records().map(({ sequence }) => sequence);
  expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, index) => index + 1));
  expect(marks().map(({ state }) => state)).toEqual(['start', 'running', 'running', 'stop']);
  expect(marks().at(-1)?.counters).toMatchObject({ requests: 3, activities: 3, logins: 1, lost: 0 });
  expect(new Set(delivery.records().map(({ sender }) => sender)).size).toBe(1);
  expect(new Set(delivery.records().map(({ id }) => id)).size).toBe(sequences.length);
});

test('of 100,000 requests in one turn after another, none is lost and none is twice', async () => {
  const { delivery, usage } = start();
  const tracker = usage.track<number>({ identify: (index) => (index % 3 === 0 ? null : `user-${index % 977}`) });
  const routes = ['GET', 'POST'].flatMap((method) =>
    ['/a', '/b/:id', '/c'].map((template) => tracker.route(method, template)),
  );
  const total = 100_000;
  for (let index = 0; index < total; index++) {
    const route = routes[index % routes.length];
    if (route !== undefined) tracker.end(route, request(), index, tracker.begin(), index % 10 === 0 ? 404 : 200);
    if (index % 7_001 === 0) await new Promise((turn) => setImmediate(turn));
  }
  usage.stop();
  const requests = delivery.requests();
  expect(requests).toHaveLength(total);
  expect(new Set(requests.map(({ id }) => id)).size).toBe(total);
  expect(requests.filter(({ user }) => user === null)).toHaveLength(Math.ceil(total / 3));
  expect(requests.filter(({ status }) => status === 404)).toHaveLength(total / 10);
  expect(usage.counters()).toMatchObject({ requests: total, lost: 0 });
  expect(delivery.entries.reduce((sum, { count }) => sum + count, 0)).toBe(delivery.records().length);
  for (const { bytes, line } of delivery.entries)
    expect([bytes, bytes < 262_144]).toEqual([Buffer.byteLength(line), true]);
});

test('holds 500 templates per service; the rest is (other), and counted', () => {
  const { delivery, usage } = start();
  const tracker = usage.track<null>({});
  for (let index = 0; index < 2_000; index++)
    tracker.end(tracker.route('GET', `/made-up-${index}/:id`), request(), null, tracker.begin(), 200);
  tracker.end(tracker.route('DELETE', '/made-up-7/:id'), request(), null, tracker.begin(), 200);
  tracker.end(tracker.route('GET', '(unmatched)'), request(), null, tracker.begin(), 404);
  tracker.end(tracker.route('BREW', '/made-up-7/:id'), request(), null, tracker.begin(), 405);
  usage.drain();
  const endpoints = delivery.requests().map(({ endpoint }) => endpoint);
  expect(endpoints.filter((endpoint) => endpoint === '(other)')).toHaveLength(1_500);
  expect(new Set(endpoints).size).toBe(502);
  expect(usage.counters().templatesOther).toBe(1_500);
  expect(delivery.requests().slice(-3)).toMatchObject([
    { method: 'DELETE', endpoint: '/made-up-7/:id', feature: 'made_up_7_delete' },
    { endpoint: '(unmatched)' },
    { method: 'OTHER' },
  ]);
});

test('anonymous errors past 60 a minute and template are counted without a row of their own', () => {
  const { delivery, time, usage } = start();
  const tracker = usage.track<string | null>({ identify: (user) => user });
  const fail = (template: string, user: string | null) =>
    tracker.end(tracker.route('GET', template), request(), user, tracker.begin(), 404);
  for (let index = 0; index < 100; index++) fail('(unmatched)', null);
  for (let index = 0; index < 100; index++) fail('/a/:id', 'ann');
  for (let index = 0; index < 50; index++) fail('/a/:id', null);
  time.pass(60_000);
  for (let index = 0; index < 10; index++) fail('(unmatched)', null);
  usage.drain();
  const capped = delivery.requests().filter(({ error }) => error === null);
  expect(capped).toHaveLength(40);
  for (const record of capped) expect(record).toMatchObject({ user: null, endpoint: '(unmatched)', status: 404 });
  expect(usage.counters()).toMatchObject({ errorsCapped: 40, requests: 260 });
});

test('a resolver that throws, answers a promise, or answers no identity is nobody, and counted', async () => {
  const { delivery, usage } = start();
  const answers: unknown[] = [
    Promise.reject(new Error('ann')),
    '',
    'x'.repeat(321),
    7,
    {},
    { user: 7 },
    { user: 'ann', session: 7 },
  ];
  const tracker = usage.track<number>({ identify: (index) => answers[index] as string });
  for (let index = 0; index < answers.length; index++)
    tracker.end(tracker.route('GET', '/a'), request(), index, tracker.begin(), 200);
  usage.drain();
  await new Promise((turn) => setImmediate(turn));
  expect(delivery.requests().map(({ user }) => user)).toEqual([null, null, null, null, null, null, 'ann']);
  expect(delivery.requests().at(-1)).not.toHaveProperty('client');
  expect(usage.counters().identityFailed).toBe(6);
});

test('DNT and Sec-GPC: counted without identity, session and family, or not at all', () => {
  for (const optedOut of ['anonymous', 'skip'] as const) {
    const { delivery, usage } = start({ optedOut });
    const tracker = usage.track<string>({ identify: (user) => user });
    for (const headers of [{ dnt: '1' }, { 'sec-gpc': '1' }, { dnt: '0' }] as Record<string, string>[])
      tracker.end(
        tracker.route('GET', '/a'),
        request({ ...headers, 'user-agent': FIREFOX }),
        'ann',
        tracker.begin(),
        200,
      );
    usage.activity({ user: 'ann', request: request({ dnt: '1' }) });
    usage.login({ user: 'ann', request: request({ 'sec-gpc': '1' }) });
    usage.drain();
    expect(delivery.requests().map(({ user }) => user)).toEqual(optedOut === 'skip' ? ['ann'] : [null, null, 'ann']);
    expect(delivery.records().filter(({ kind }) => kind === 'activity' || kind === 'login')).toEqual([]);
    expect(usage.counters().optedOut).toBe(4);
  }
});

test('the address is off by default; on, it is cut, from the socket or from behind declared proxies', () => {
  const forwarded = request({ 'x-forwarded-for': '198.51.100.77' }, '10.0.0.9');
  const found = (clientAddress: UsageOptions['clientAddress'], incoming: IncomingRequest) => {
    const { delivery, usage } = start(clientAddress === undefined ? {} : { clientAddress });
    const tracker = usage.track<string>({ identify: (user) => user });
    tracker.end(tracker.route('GET', '/a'), incoming, 'ann', tracker.begin(), 200);
    usage.login({ user: 'ann', request: incoming });
    usage.drain();
    return delivery
      .records()
      .map((record) => ('ip' in record ? record.ip : undefined))
      .slice(1);
  };
  const proxies = { header: 'X-Forwarded-For', proxies: ['10.0.0.0/8'] };
  expect(found(undefined, forwarded)).toEqual([undefined, undefined]);
  expect(found('socket', request({}, '203.0.113.147'))).toEqual(['203.0.113.0', '203.0.113.0']);
  expect(found('socket', forwarded)).toEqual(['10.0.0.0', '10.0.0.0']);
  expect(found(proxies, forwarded)).toEqual(['198.51.100.0', '198.51.100.0']);
  expect(found(proxies, request({ 'x-forwarded-for': '198.51.100.77' }, '203.0.113.147'))).toEqual([
    '203.0.113.0',
    '203.0.113.0',
  ]);
});

test('folds the activities of one second by user and client; login and logout keep their instants ("user_sessions never written: nothing called it")', () => {
  const { delivery, time, usage } = start({ flushAfterMs: 1_000 });
  const firefox = request({ 'user-agent': FIREFOX });
  usage.login({ user: 'ann', request: firefox });
  for (let frame = 0; frame < 100; frame++) {
    usage.activity({ user: 'ann', request: firefox });
    time.pass(5);
  }
  usage.activity({ user: 'ann', request: request({ 'user-agent': CHROME }) });
  usage.activity({ user: 'ann', session: 'phone' });
  usage.logout({ user: 'ann', request: firefox });
  const found = delivery.records().filter(({ kind }) => kind !== 'sequence');
  expect(found).toMatchObject([
    { kind: 'login', user: 'ann', userAgent: 'Firefox', time: '2025-10-20T03:18:28.648Z' },
    { kind: 'activity', userAgent: 'Firefox', time: '2025-10-20T03:18:28.648Z', until: '2025-10-20T03:18:29.143Z' },
    { kind: 'activity', userAgent: 'Chrome', time: '2025-10-20T03:18:29.148Z' },
    { kind: 'activity', client: expect.stringMatching(/^s:[\w-]{22}$/) },
    { kind: 'logout', user: 'ann', userAgent: 'Firefox', time: '2025-10-20T03:18:29.148Z' },
  ]);
  expect(found[2]).not.toHaveProperty('until');
});

test('a request and a login of one session are the same client', () => {
  const { delivery, usage } = start();
  const tracker = usage.track<null>({ identify: () => ({ user: 'ann', session: 'phone' }) });
  tracker.end(tracker.route('GET', '/a'), request(), null, tracker.begin(), 200);
  usage.login({ user: 'ann', session: 'phone' });
  const [first, second] = delivery.records().slice(1) as { client?: string }[];
  expect(first?.client).toBe(second?.client);
});

test('a failure outside a request is a user error without its text', () => {
  const { delivery, usage } = start();
  usage.failed({ user: 'ann', endpoint: 'nightly export', thrown: new RangeError('the piano') });
  usage.failed({ user: null, endpoint: '/live/:room', method: 'ws', code: 409, message: 'Room is full' });
  const [first, second] = delivery.records().slice(1);
  expect(first).toMatchObject({
    kind: 'error',
    user: 'ann',
    endpoint: 'nightly export',
    method: '-',
    error: {
      type: 'RangeError',
      code: 500,
      message: 'RangeError 500',
      stack: expect.stringContaining('usage.test.ts'),
    },
  });
  expect(second).toMatchObject({
    user: null,
    method: 'WS',
    error: { type: 'Conflict', code: 409, message: 'Room is full' },
  });
  expect(JSON.stringify(first)).not.toContain('piano');
});

test('what ends after the stop, or what the delivery refuses, is counted as lost', () => {
  const { delivery, usage } = start();
  const tracker = usage.track<string>({ identify: (user) => user });
  const use = () => tracker.end(tracker.route('GET', '/a'), request(), 'ann', tracker.begin(), 200);
  use();
  usage.drain();
  delivery.refuse = true;
  use();
  use();
  usage.drain();
  delivery.refuse = false;
  usage.stop();
  use();
  usage.activity({ user: 'ann' });
  expect(usage.counters()).toMatchObject({ requests: 3, lost: 4 });
  const sequences = delivery.records().map(({ sequence }) => sequence);
  // Two numbers that never come: the hole is the loss.
  expect(sequences).toEqual([1, 2, 5]);
});

test('a mistake in the options is said at the start', () => {
  expect(() => createUsage({ service: 'shop' } as UsageOptions)).toThrow('usage needs a delivery');
  expect(() => createUsage({ delivery: keepingDelivery(), service: '' })).toThrow(
    'usage needs the name of the service',
  );
});
