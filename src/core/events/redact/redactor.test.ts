import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor as createClientRedactor } from '../../../../packages/sdk/src/redact/index.ts';
import { rawEvent } from '../../../../test/fixtures/raw-event.ts';
import { decoys, plantedFields, plantedSecrets, showsSecret } from '../../../../test/fixtures/secrets.ts';
import { maskMessage } from '../../issues/templates/mask-message.ts';
import type { Event } from '../event.ts';
import { createRedactor, DEFAULT_REDACTION } from './redactor.ts';

const eventOf = (fields: Partial<Event>): Event => rawEvent({ id: 'e1', body: 'hello', ...fields });

/** Every place of an event that holds text. */
function eventsWith(text: string): Record<string, Event> {
  const frame = { file: 'a.py', line: 1, column: null, function: 'f', module: null, inApp: null, origin: null };
  const exception = {
    module: null,
    language: null,
    relation: 'raised' as const,
    parent: null,
    handled: null,
    truncated: false,
  };
  const request = {
    method: null,
    path: null,
    route: null,
    host: null,
    status: null,
    durationMs: null,
    userAgent: null,
    clientAddress: null,
    id: null,
  };
  return {
    body: eventOf({ body: text }),
    template: eventOf({ template: text }),
    stackText: eventOf({ stackText: text }),
    'exception message': eventOf({ exceptions: [{ ...exception, type: 'E', message: text, frames: [] }] }),
    'frame code': eventOf({
      exceptions: [{ ...exception, type: 'E', message: '', frames: [{ ...frame, code: text }] }],
    }),
    path: eventOf({ request: { ...request, path: text } }),
    host: eventOf({ request: { ...request, host: text } }),
    'user agent': eventOf({ request: { ...request, userAgent: text } }),
    'request id': eventOf({ request: { ...request, id: text } }),
    user: eventOf({ user: { id: text, name: text } }),
    breadcrumb: eventOf({ breadcrumbs: [{ time: null, category: text, message: text, level: null }] }),
    attribute: eventOf({ attributes: { note: text } }),
    'nested attribute': eventOf({ attributes: { a: [{ b: { c: [text] } }] } }),
    'attribute name': eventOf({ attributes: { [text]: 1 } }),
    payload: eventOf({ payload: { jsonPayload: { deep: { er: [[{ note: text }]] } } } }),
    logger: eventOf({ logger: text }),
    source: eventOf({ source: { kind: 'file', name: text, position: '1', stream: 's' } }),
  };
}

describe('the corpus', () => {
  it('is as large as promised and plants each secret', () => {
    expect(plantedSecrets.length).toBeGreaterThanOrEqual(220);
    expect(new Set(plantedSecrets.map(({ text }) => text)).size).toBe(plantedSecrets.length);
    expect(decoys.length).toBeGreaterThanOrEqual(60);
    expect(plantedSecrets.filter(({ text, secret }) => !text.includes(secret))).toEqual([]);
    expect(plantedFields.filter(({ value, secret }) => !JSON.stringify(value).includes(secret))).toEqual([]);
  });
});

describe('redacting text', () => {
  it('leaves no planted secret, not even part of one', () => {
    const redactor = createRedactor();
    const leaked = plantedSecrets.filter(({ text, secret }) => showsSecret(redactor.text(text), secret));
    expect(leaked.map(({ name, text }) => `${name}: ${text} → ${redactor.text(text)}`)).toEqual([]);
  });

  it.each(decoys)('keeps "$name"', ({ text }) => {
    expect(createRedactor().text(text)).toBe(text);
  });

  it('keeps what stands around a secret', () => {
    const { text } = createRedactor();
    expect(text('login password=hunter2 user=ada')).toBe('login password=[redacted:password] user=ada');
    expect(text('{"token":"a\\"b","n":1}')).toBe('{"token":"[redacted:token]","n":1}');
    expect(text('GET https://u:p@x.example/a?b=1&c=#d HTTP/1.1')).toBe(
      'GET https://[redacted:url-credentials]@x.example/a?b=[redacted:query]&c=#d HTTP/1.1',
    );
    expect(text('from 203.0.113.9:443.')).toBe('from [redacted:ip-address]:443.');
  });

  it('keeps the place in a browser frame whose URL has a query', () => {
    const { text } = createRedactor();
    expect(text('    at f (https://x.example/App.tsx?t=1729394308646:12:8)')).toBe(
      '    at f (https://x.example/App.tsx?t=[redacted:query]:12:8)',
    );
  });

  it('takes bare values for expressions in code, quoted ones for secrets', () => {
    const { code } = createRedactor();
    expect(code('client.login(password=user.password, token=read_token())')).toBe(
      'client.login(password=user.password, token=read_token())',
    );
    expect(code('client.login(password="hunter2")')).toBe('client.login(password="[redacted:password]")');
  });

  it('finds the same again: twice redacted is once redacted', () => {
    const piece = fc.oneof(
      fc.constantFrom(...plantedSecrets.map(({ text }) => text)),
      fc.constantFrom(...decoys.map(({ text }) => text)),
      fc.string({ maxLength: 12 }),
      fc.constantFrom(
        'password=',
        ': ',
        '"',
        "'",
        '\\',
        '?',
        '&',
        '@',
        '://',
        '[redacted:',
        ']',
        '=',
        '-----',
        'token',
        '\n',
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const redactor = createRedactor();
        const once = redactor.text(pieces.join(''));
        expect(redactor.text(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it('counts each secret by kind', () => {
    const redactor = createRedactor();
    redactor.text('password=a1 password=b2 mail ada@example.com');
    const long = `x ${'y '.repeat(200)} token=abc12345`;
    redactor.text(long);
    redactor.text(long);
    expect(redactor.counts()).toEqual({ password: 2, email: 1, token: 2 });
  });

  it('cuts and marks what is too long to scan', () => {
    const redactor = createRedactor({ limits: { stringLength: 1_000 } });
    const redacted = redactor.text(`${'word '.repeat(199)}password=hunter2 ${'x'.repeat(500)} token=abcdef99`);
    expect(redacted).toMatch(/\[redacted:too-long\]$/);
    expect(redacted).not.toContain('hunter2');
    expect(redacted).not.toContain('abcdef99');
    expect(redacted.length).toBeLessThan(1_100);
  });

  it.each([
    ['colons', ':'.repeat(200_000)],
    ['a:a:', 'a:'.repeat(100_000)],
    ['slashes and marks', '/?'.repeat(100_000)],
    ['slash and hashes', `/${'#'.repeat(200_000)}`],
    ['signs', 'a@'.repeat(100_000)],
    ['domain dots', `a@${'a.'.repeat(100_000)}`],
    ['schemes', 'a://'.repeat(60_000)],
    ['schemes with a colon', 'a://b:c/'.repeat(30_000)],
    ['digits', '4'.repeat(200_000)],
    ['digit groups', '4444 '.repeat(40_000)],
    ['open quotes', 'password="'.repeat(25_000)],
    ['harmless values', 'token=1&'.repeat(30_000)],
    ['begins', `-----BEGIN PRIVATE ${'KEY'}-----`.repeat(9_000)],
    ['ends', `-----END PRIVATE ${'KEY'}-----`.repeat(9_000)],
    ['dashes', '-'.repeat(200_000)],
    ['flags', '--a '.repeat(60_000)],
    ['backslashes', `password="${'\\'.repeat(200_000)}`],
    ['tokens', 'eyJ'.repeat(60_000)],
    ['bearers', 'bearer '.repeat(30_000)],
    ['brackets', '[redacted:'.repeat(20_000)],
    ['elements', '<password>'.repeat(20_000)],
    ['words', 'ghp_sk-SG.AKIA'.repeat(15_000)],
  ])('comes to an end on hostile %s', (_name, text) => {
    const redactor = createRedactor();
    expect(redactor.text(text).length).toBeGreaterThan(0);
  });
});

describe('redacting structures', () => {
  it('leaves no planted field', () => {
    const redactor = createRedactor();
    const leaked = plantedFields.filter(({ value, secret }) =>
      showsSecret(JSON.stringify(redactor.value(value)), secret),
    );
    expect(leaked.map(({ name }) => name)).toEqual([]);
  });

  it('returns what needs no change itself', () => {
    const value = { a: [1, { b: 'plain' }], max_tokens: 5, monkey: 'x' };
    expect(createRedactor().value(value)).toBe(value);
  });

  it('reads maps, sets, errors, dates, big integers, buffers and circles', () => {
    const circle: Record<string, unknown> = { password: 'pw-12345' };
    circle.self = circle;
    const hostile = Object.defineProperty({}, 'x', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    const redacted = createRedactor().value({
      map: new Map([['token', 'tk-12345']]),
      set: new Set(['mail ada@example.com']),
      error: new Error('secret=sc-12345', { cause: new Error('pwd=pw-99999') }),
      at: new Date(0),
      big: 4111111111111111n,
      card: 4111111111111111,
      bytes: new Uint8Array(3),
      circle,
      hostile,
    });
    const text = JSON.stringify(redacted);
    for (const secret of ['tk-12345', 'ada@', 'sc-12345', 'pw-99999', 'pw-12345', '4111'])
      expect(text).not.toContain(secret);
    expect(redacted).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      circle: { self: '[circular]' },
      hostile: { x: '[unreadable]' },
    });
  });

  it('cuts and marks what is too deep or has too many values', () => {
    let deep: unknown = 'password=hunter2';
    for (let level = 0; level < 100; level++) deep = [deep];
    expect(JSON.stringify(createRedactor().value(deep))).toContain('[redacted:too-deep]');
    const many = createRedactor().value(
      Array.from({ length: DEFAULT_REDACTION.nodes + 50 }, (_, index) => `ada${index}@example.com`),
    );
    expect(JSON.stringify(many)).toContain('[redacted:too-many]');
    expect(JSON.stringify(many)).not.toContain('@example.com');
  });

  it('hides own paths, with stars for one and for any number of segments', () => {
    const redactor = createRedactor({ paths: ['iban', 'customer.*.name', 'order.**.note'] });
    expect(
      redactor.value({
        iban: 'DE1',
        customer: { x: { name: 'Ada', city: 'L' } },
        order: { a: { b: { note: 'n1' } }, note: 'n2' },
        note: 'n3',
      }),
    ).toEqual({
      iban: '[redacted:own-key]',
      customer: { x: { name: '[redacted:own-key]', city: 'L' } },
      order: { a: { b: { note: '[redacted:own-key]' } }, note: '[redacted:own-key]' },
      note: 'n3',
    });
    expect(redactor.text('iban=DE1 note=n3')).toBe('iban=[redacted:own-key] note=n3');
  });

  it('never throws and keeps the shape of any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const redactor = createRedactor();
        const redacted = redactor.value(value);
        expect(Array.isArray(redacted)).toBe(Array.isArray(value));
        expect(redactor.value(redacted)).toEqual(redacted);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what a client has redacted before', () => {
  it.each(['pseudonym', 'encrypt'] as const)('stays as it is, and equal messages stay equal: %s', (action) => {
    const client = createClientRedactor({ rules: { email: action } });
    const messages = ['ada@example.com', 'bo@example.com', 'cy@example.com'].map(
      (email) => client.record({ message: `mail to ${email} bounced` }).parts.message,
    );
    expect(messages.map(createRedactor().text)).toEqual(messages);
    expect(new Set(messages.map(maskMessage)).size).toBe(1);
  });
});

describe('redacting events', () => {
  it('leaves no planted secret in any place of an event', () => {
    const redactor = createRedactor();
    const leaked: string[] = [];
    for (const { name, text, secret } of plantedSecrets) {
      for (const [place, event] of Object.entries(eventsWith(text))) {
        const { stream: _stream, ...source } = redactor.event(event).source;
        if (showsSecret(JSON.stringify({ ...redactor.event(event), source }), secret))
          leaked.push(`${name} in ${place}`);
      }
    }
    expect(leaked).toEqual([]);
  });

  it('hides client addresses, keeps them, or makes equal ones equal pseudonyms', () => {
    const request = eventsWith('x').path!.request!;
    const addressed = (address: string): Event =>
      eventOf({ body: `from ${address}`, request: { ...request, clientAddress: address } });
    const hidden = createRedactor().event(addressed('203.0.113.9'));
    expect(hidden.body).toBe('from [redacted:ip-address]');
    expect(hidden.request?.clientAddress).toMatch(/^\[redacted:ip-address:[0-9a-f]{8}\]$/);
    const kept = createRedactor({ clientAddresses: 'keep' }).event(addressed('203.0.113.9'));
    expect([kept.body, kept.request?.clientAddress]).toEqual(['from 203.0.113.9', '203.0.113.9']);
    const redactor = createRedactor({ clientAddresses: 'pseudonym' });
    const one = redactor.event(addressed('203.0.113.9'));
    const two = redactor.event(addressed('203.0.113.8'));
    expect(one.request?.clientAddress).toMatch(/^\[redacted:ip-address:[0-9a-f]{8}\]$/);
    expect(one.body).toBe(`from ${one.request?.clientAddress}`);
    expect(redactor.event(addressed('203.0.113.9')).request?.clientAddress).toBe(one.request?.clientAddress);
    expect(two.request?.clientAddress).not.toBe(one.request?.clientAddress);
    expect(redactor.event(one)).toEqual(one);
  });

  it('changes nothing in place', () => {
    const event = eventOf({ body: 'password=hunter2', attributes: { token: 'abc' } });
    const before = structuredClone(event);
    createRedactor().event(event);
    expect(event).toEqual(before);
  });
});
