import { describe, expect, it } from 'vitest';
import { ARRIVAL, decode, decodeEvent, envelopeOf } from './sentry-fixtures.ts';

/** As the Python SDK sends a Django view's failure. */
const DJANGO = {
  event_id: '9ec79c33ec9942ab8353589fcb2e04dc',
  level: 'error',
  logger: 'django.request',
  platform: 'python',
  timestamp: '2026-03-14T09:26:53.123456Z',
  release: '7f3c2a1',
  environment: 'production',
  server_name: 'web-1',
  transaction: '/carts/{cart_id}',
  transaction_info: { source: 'route' },
  logentry: {
    message: 'Internal Server Error: %s',
    params: ['/carts/7'],
    formatted: 'Internal Server Error: /carts/7',
  },
  exception: {
    values: [
      {
        module: 'builtins',
        type: 'KeyError',
        value: "'total'",
        mechanism: { type: 'chained', handled: true, source: '__context__', exception_id: 1, parent_id: 0 },
        stacktrace: {
          frames: [
            {
              filename: 'shop/carts.py',
              abs_path: '/app/shop/carts.py',
              module: 'shop.carts',
              function: 'total_of',
              lineno: 41,
              pre_context: ['def total_of(cart):'],
              context_line: "    return cart['total']",
              post_context: [''],
              vars: { cart: { id: "'7'" } },
              in_app: true,
            },
          ],
        },
      },
      {
        module: 'shop.errors',
        type: 'CartError',
        value: 'cart 7 has no total',
        mechanism: { type: 'django', handled: false, exception_id: 0 },
        stacktrace: {
          frames: [
            {
              filename: 'django/core/handlers/exception.py',
              abs_path: '/usr/lib/python3.12/site-packages/django/core/handlers/exception.py',
              module: 'django.core.handlers.exception',
              function: 'inner',
              lineno: 55,
              in_app: false,
            },
            { filename: 'shop/views.py', abs_path: '/app/shop/views.py', function: 'cart', lineno: 12, in_app: true },
          ],
        },
      },
    ],
  },
  request: {
    url: 'https://shop.example/carts/7',
    method: 'GET',
    query_string: 'token=secret',
    headers: { Host: 'shop.example', 'User-Agent': 'Mozilla/5.0', 'X-Request-Id': 'req-91' },
    env: { REMOTE_ADDR: '203.0.113.9' },
  },
  user: { id: 17, username: 'ada', email: 'ada@example.org' },
  tags: [
    ['region', 'eu'],
    ['service.name', 'shop-api'],
  ],
  extra: { attempt: 2 },
  contexts: {
    trace: { trace_id: '22bc8db852091425d3b40f46dd31c6b9', span_id: '9ce073ea6203a9cc' },
    runtime: { name: 'CPython', version: '3.12.4' },
    cart: { articles: 3 },
  },
  breadcrumbs: {
    values: [
      { timestamp: '2026-03-14T09:26:52Z', category: 'query', message: 'SELECT 1', type: 'query' },
      {
        timestamp: 1773480412.5,
        type: 'http',
        category: 'httplib',
        data: { method: 'GET', url: 'http://pay/x', status_code: 503 },
      },
    ],
  },
  fingerprint: ['{{ default }}', 7],
  modules: { django: '5.1' },
  sdk: { name: 'sentry.python.django', version: '2.30.0' },
};

describe('an event of the Python SDK', () => {
  const event = decodeEvent(DJANGO);

  it('tells when, where and by whom', () => {
    expect(event).toMatchObject({
      id: DJANGO.event_id,
      time: Date.UTC(2026, 2, 14, 9, 26, 53) + 123.456,
      observedTime: ARRIVAL,
      timeSuspect: false,
      severityNumber: 17,
      severityText: 'error',
      service: 'shop-api',
      environment: 'production',
      revision: '7f3c2a1',
      instance: 'web-1',
      logger: 'django.request',
      traceId: '22bc8db852091425d3b40f46dd31c6b9',
      spanId: '9ce073ea6203a9cc',
      user: { id: '17', name: 'ada' },
      trust: 'server',
      source: { kind: 'sentry', name: 'shop', position: DJANGO.event_id },
    });
  });

  it('keeps message and template apart', () => {
    expect([event.body, event.template]).toEqual(['Internal Server Error: /carts/7', 'Internal Server Error: %s']);
  });

  it('turns the chain and its frames round', () => {
    expect(event.exceptions).toMatchObject([
      { type: 'CartError', module: 'shop.errors', relation: 'raised', handled: false, language: 'python' },
      { type: 'KeyError', message: "'total'", relation: 'context', handled: true },
    ]);
    expect(event.exceptions[0]?.frames.map(({ file, inApp }) => [file, inApp])).toEqual([
      ['/app/shop/views.py', true],
      ['/usr/lib/python3.12/site-packages/django/core/handlers/exception.py', false],
    ]);
    expect(event.exceptions[1]?.frames).toEqual([
      {
        file: '/app/shop/carts.py',
        line: 41,
        column: null,
        function: 'total_of',
        module: 'shop.carts',
        code: "    return cart['total']",
        inApp: true,
        origin: null,
      },
    ]);
  });

  it('tells the request without its query', () => {
    expect(event.request).toEqual({
      method: 'GET',
      path: '/carts/7',
      route: '/carts/{cart_id}',
      host: 'shop.example',
      status: null,
      durationMs: null,
      userAgent: 'Mozilla/5.0',
      clientAddress: '203.0.113.9',
      id: 'req-91',
    });
  });

  it('keeps tags, extra data, contexts and the client’s fingerprint', () => {
    expect(event.attributes).toEqual({
      'sentry.fingerprint': ['{{ default }}', '7'],
      'sentry.transaction': '/carts/{cart_id}',
      'telemetry.sdk.name': 'sentry.python.django',
      'telemetry.sdk.version': '2.30.0',
      'process.runtime.name': 'CPython',
      'process.runtime.version': '3.12.4',
      region: 'eu',
      'service.name': 'shop-api',
      attempt: 2,
      'context.cart': { articles: 3 },
    });
    expect(event.payload).toEqual(DJANGO);
  });

  it('tells what led to it, also where a crumb has only data', () => {
    expect(event.breadcrumbs).toEqual([
      { time: Date.UTC(2026, 2, 14, 9, 26, 52), category: 'query', message: 'SELECT 1', level: null },
      { time: 1773480412500, category: 'httplib', message: 'GET http://pay/x → 503', level: null },
    ]);
  });
});

describe('an exception', () => {
  const exceptionsOf = (exception: unknown, rest: object = {}) => decodeEvent({ exception, ...rest }).exceptions;

  it('comes as values, as a list, or alone', () => {
    const one = { type: 'Error', value: 'lost' };
    for (const exception of [{ values: [one] }, [one], one]) {
      expect(exceptionsOf(exception)).toMatchObject([{ type: 'Error', message: 'lost', relation: 'raised' }]);
    }
  });

  it('without ids is a chain, the raised one last on the wire', () => {
    const chain = [
      { type: 'C', value: '3' },
      { type: 'B', value: '2' },
      { type: 'A', value: '1' },
    ];
    expect(exceptionsOf(chain).map(({ type, relation }) => [type, relation])).toEqual([
      ['A', 'raised'],
      ['B', 'cause'],
      ['C', 'cause'],
    ]);
  });

  it('of a group stands below it: causes first, then suppressed ones, then members', () => {
    const of = (type: string, mechanism: object) => ({ type, value: type, mechanism });
    const group = [
      of('MemberCause', { exception_id: 5, parent_id: 4, source: '__cause__' }),
      of('Second', { exception_id: 4, parent_id: 0, source: 'exceptions[1]' }),
      of('First', { exception_id: 3, parent_id: 0, source: 'exceptions[0]' }),
      of('Closing', { exception_id: 2, parent_id: 1, type: 'suppressed' }),
      of('Cause', { exception_id: 1, parent_id: 0, source: '__cause__' }),
      of('Group', { exception_id: 0, is_exception_group: true }),
    ];
    expect(exceptionsOf(group).map(({ type, relation, parent }) => [type, relation, parent])).toEqual([
      ['Group', 'raised', null],
      ['Cause', 'cause', null],
      ['Closing', 'suppressed', 1],
      ['First', 'member', 0],
      ['Second', 'member', 0],
      ['MemberCause', 'cause', null],
    ]);
  });

  it('whose ids make a circle or stand twice is read as a chain', () => {
    const circle = [
      { type: 'B', value: '2', mechanism: { exception_id: 1, parent_id: 2 } },
      { type: 'C', value: '3', mechanism: { exception_id: 2, parent_id: 1 } },
      { type: 'A', value: '1', mechanism: { exception_id: 0 } },
    ];
    expect(exceptionsOf(circle).map(({ type }) => type)).toEqual(['A', 'C', 'B']);
    const twice = circle.map((exception) => ({ ...exception, mechanism: { exception_id: 1, parent_id: 1 } }));
    expect(exceptionsOf(twice).map(({ type }) => type)).toEqual(['A', 'C', 'B']);
  });

  it('that says neither type nor value is dropped; a synthetic type is none', () => {
    expect(exceptionsOf([{ stacktrace: { frames: [{ function: 'f' }] } }, { type: 'Error' }, null, 7])).toMatchObject([
      { type: 'Error', message: null },
    ]);
    const signal = { type: 'SIGSEGV', value: 'bad access', mechanism: { synthetic: true, handled: false } };
    expect(exceptionsOf(signal)).toMatchObject([{ type: null, message: 'bad access', handled: false }]);
  });

  it('takes its frames from the thread that raised it', () => {
    const threads = {
      values: [
        { id: 1, current: true, stacktrace: { frames: [{ function: 'main' }] } },
        { id: 9, crashed: true, stacktrace: { frames: [{ function: 'start' }, { function: 'worker', in_app: true }] } },
      ],
    };
    const [crashed] = exceptionsOf(
      { type: 'EXC_BAD_ACCESS', value: 'x', thread_id: 9 },
      { platform: 'cocoa', threads },
    );
    expect(crashed?.frames.map(({ function: name }) => name)).toEqual(['worker', 'start']);
    expect(crashed?.language).toBe('swift');
  });

  it('keeps the crash end of a deep stack', () => {
    const frames = Array.from({ length: 400 }, (_, index) => ({ function: `f${index}`, lineno: index }));
    const [deep] = exceptionsOf({ type: 'RecursionError', value: 'x', stacktrace: { frames } });
    expect(deep?.frames).toHaveLength(250);
    expect(deep?.frames[0]?.function).toBe('f399');
    expect(deep?.truncated).toBe(true);
  });
});

describe('a message', () => {
  it('is a text, or a template with parameters', () => {
    const read = (payload: object) => {
      const { body, template } = decodeEvent(payload);
      return [body, template];
    };
    expect(read({ message: 'order 7 lost' })).toEqual(['order 7 lost', null]);
    expect(read({ message: { message: 'order %s lost', params: [7] } })).toEqual(['order 7 lost', 'order %s lost']);
    expect(read({ logentry: { message: 'order {id} lost', params: { id: 7 } } })).toEqual([
      'order 7 lost',
      'order {id} lost',
    ]);
    expect(read({ logentry: { message: '{1} after {0}', params: ['a', 'b'] } })).toEqual([
      'b after a',
      '{1} after {0}',
    ]);
    expect(read({ logentry: { message: 'order 7 lost', params: [] } })).toEqual(['order 7 lost', null]);
    expect(read({ logentry: { formatted: 'order 7 lost' } })).toEqual(['order 7 lost', null]);
    expect(read({ exception: { type: 'Error', value: 'lost' } })).toEqual(['Error: lost', null]);
    expect(read({})).toEqual(['-', null]);
  });

  it('with a stack is an exception only when it is an error', () => {
    const stacktrace = { frames: [{ function: 'caller' }, { function: 'here' }] };
    expect(decodeEvent({ message: 'slow', level: 'warning', stacktrace }).exceptions).toEqual([]);
    expect(decodeEvent({ message: 'lost', level: 'error', stacktrace }).exceptions).toMatchObject([
      { type: null, message: 'lost', frames: [{ function: 'here' }, { function: 'caller' }] },
    ]);
  });
});

describe('frames', () => {
  const frameOf = (platform: string, frame: object, sdk?: object) =>
    decodeEvent({ platform, sdk, exception: { type: 'E', value: 'x', stacktrace: { frames: [frame] } } }).exceptions[0];

  it('are named as the language’s own traces name them', () => {
    const named = (platform: string, frame: object) => {
      const read = frameOf(platform, frame);
      return [read?.language, read?.frames[0]?.module, read?.frames[0]?.function];
    };
    expect(named('java', { module: 'com.acme.Cart$1', function: 'run' })).toEqual(['java', 'com.acme.Cart$1', 'run']);
    expect(named('php', { function: 'App\\Cart::total' })).toEqual(['php', 'App\\Cart', 'total']);
    expect(named('php', { function: 'App\\Cart::{closure}' })).toEqual(['php', 'App\\Cart', '{closure}']);
    expect(named('ruby', { function: 'block in Shop::Cart#total' })).toEqual(['ruby', 'Shop::Cart', 'block in total']);
    expect(named('csharp', { module: 'Acme.Cart', function: 'Total' })).toEqual(['dotnet', 'Acme.Cart', 'Total']);
    expect(named('go', { module: 'main', function: '(*Cart).Total' })).toEqual(['go', 'main', '(*Cart).Total']);
    expect(named('cocoa', { package: '/private/var/App.app/Shop', function: 'total()' })).toEqual([
      'swift',
      'Shop',
      'total()',
    ]);
    expect(named('node', { module: 'cart:total', function: '?' })).toEqual(['node', null, null]);
  });

  it('of Rust and Dart are known by their SDK', () => {
    const rust = frameOf('native', { function: 'shop::cart::total::{{closure}}' }, { name: 'sentry.rust' });
    expect([rust?.language, rust?.frames[0]?.module, rust?.frames[0]?.function]).toEqual([
      'rust',
      'shop::cart',
      'total::{{closure}}',
    ]);
    const dart = frameOf(
      'other',
      {
        platform: 'dart',
        abs_path: 'package:shop/cart.dart',
        filename: 'cart.dart',
        function: 'Cart.total',
        lineno: 3,
      },
      { name: 'sentry.dart.flutter' },
    );
    expect([dart?.language, dart?.frames[0]?.module, dart?.frames[0]?.file]).toEqual([
      'dart',
      'Cart',
      'package:shop/cart.dart',
    ]);
  });

  it('of JavaScript are a server’s or a browser’s by their SDK', () => {
    const event = (sdk: string, contexts = {}) =>
      decodeEvent({ platform: 'javascript', sdk: { name: sdk }, contexts }).trust;
    expect(event('sentry.javascript.react')).toBe('public');
    expect(event('sentry.javascript.bun')).toBe('server');
    expect(event('sentry.javascript.nextjs', { runtime: { name: 'node' } })).toBe('server');
    expect(event('sentry.javascript.nextjs')).toBe('public');
    expect(decodeEvent({ platform: 'python' }, { trust: 'public' }).trust).toBe('public');
    expect(decodeEvent({ platform: 'python' }, { headers: { origin: 'https://shop.example' } }).trust).toBe('public');
  });
});

describe('hostile and odd values', () => {
  it('NaN and Infinity are null, in and only outside of texts', () => {
    const payload = '{"message":"NaN of \\"Infinity\\"","extra":{"a":NaN,"b":-Infinity,"c":[Infinity,1],"d":"x"}}';
    const [event] = decode(envelopeOf({}, [{ type: 'event' }, payload])).events;
    expect(event?.body).toBe('NaN of "Infinity"');
    expect(event?.payload?.extra).toEqual({ a: null, b: null, c: [null, 1], d: 'x' });
  });

  it('bytes that are no UTF-8 are replaced', () => {
    const body = Buffer.concat([
      Buffer.from('{}\n{"type":"event"}\n{"message":"gr'),
      Buffer.from([0xf6, 0xdf]),
      Buffer.from('e"}'),
    ]);
    expect(decode(body).events[0]?.body).toBe('gr\ufffd\ufffde');
  });

  it('names of objects’ own machinery stay names', () => {
    const payload =
      '{"message":"x","tags":{"__proto__":"a","constructor":"b"},"extra":{"__proto__":{"polluted":true},"toString":"c"}}';
    const [event] = decode(envelopeOf({}, [{ type: 'event' }, payload])).events;
    expect(Object.getPrototypeOf(event?.attributes)).toBe(Object.prototype);
    expect(event?.attributes).toEqual({ constructor: 'b', toString: 'c' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('nesting ends', () => {
    const depth = 200_000;
    const payload = `{"message":"deep","extra":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    const [event] = decode(envelopeOf({}, [{ type: 'event' }, payload])).events;
    expect(JSON.stringify(event).length).toBeLessThan(2_000);
    expect(JSON.stringify(event)).toContain('[cut: too deep]');
  });

  it('lists that are too long are cut, and say so', () => {
    const event = decodeEvent({
      message: 'x',
      tags: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`t${index}`, 'v'])),
      breadcrumbs: Array.from({ length: 300 }, (_, index) => ({ message: `crumb ${index}` })),
      exception: Array.from({ length: 90 }, (_, index) => ({ type: 'E', value: String(index) })),
    });
    expect(Object.keys(event.attributes)).toHaveLength(128);
    expect(event.breadcrumbs).toHaveLength(100);
    expect(event.breadcrumbs.at(-1)?.message).toBe('crumb 299');
    expect(event.exceptions).toHaveLength(50);
    expect(event.exceptions[0]?.message).toBe('89');
    expect(event.truncated).toBe(true);
  });

  it('instants that cannot be are not believed', () => {
    const timing = (timestamp: unknown) => {
      const { time, timeSuspect } = decodeEvent({ message: 'x', timestamp });
      return [time, timeSuspect];
    };
    expect(timing(undefined)).toEqual([ARRIVAL, false]);
    expect(timing('yesterday')).toEqual([ARRIVAL, true]);
    expect(timing('2026-03-14T09:26:53')).toEqual([ARRIVAL - 589, false]);
    expect(timing(1773480413589)).toEqual([ARRIVAL, false]);
    expect(timing('2027-03-14T09:26:53Z')[1]).toBe(true);
    expect(timing(-5)).toEqual([ARRIVAL, true]);
  });

  it('people known by their address alone are told apart by its hash', () => {
    const one = decodeEvent({ user: { email: 'Ada@example.org' } }).user?.id;
    expect(one).toMatch(/^email-[0-9a-f]{16}$/);
    expect(decodeEvent({ user: { email: 'ada@example.org' } }).user?.id).toBe(one);
    expect(decodeEvent({ user: { ip_address: '{{auto}}' } }).user).toBeNull();
  });
});
