import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileTexts } from '../../../../test/fixtures/hostile-texts.ts';
import { decoys, plantedFields, plantedSecrets, showsSecret } from '../../../../test/fixtures/secrets.ts';
import { createRedactor, type RedactionAction, type RedactionOptions } from './index.ts';

const EMAIL = 'ada@example.com';
const CARD = '4111111111111111';

/** Every way a text can stand in what an application hands over. */
const PLACES: Record<string, (text: string) => unknown> = {
  field: (text) => ({ note: text }),
  list: (text) => ({ notes: [[text]] }),
  map: (text) => ({ notes: new Map([['a', text]]) }),
  'name in a map': (text) => ({ notes: new Map([[text, 1]]) }),
  set: (text) => ({ notes: new Set([text]) }),
  error: (text) => ({ failure: new Error(text) }),
  cause: (text) => ({ failure: new Error('failed', { cause: new Error(text) }) }),
  'member of an error': (text) => ({ failure: new AggregateError([new Error(text)], 'all failed') }),
  'property of an error': (text) => ({ failure: Object.assign(new Error('failed'), { response: { body: text } }) }),
  'JSON in a string': (text) => ({ body: JSON.stringify({ deep: JSON.stringify({ note: text }) }) }),
  'own toJSON': (text) => ({ value: { toJSON: () => ({ note: text }) } }),
  'instance of a class': (text) => ({
    value: new (class Order {
      readonly note = text;
    })(),
  }),
  getter: (text) =>
    Object.defineProperty({}, 'note', {
      enumerable: true,
      get: () => text,
    }),
  'boxed text': (text) => ({ note: Object(text) as unknown }),
};

const written = (value: unknown): string => JSON.stringify(value);

describe('the corpus, in the SDK (row 15: cards in clear, fields and exceptions never examined)', () => {
  it.each(Object.entries(PLACES))('leaves no planted secret in a %s', (_place, put) => {
    const redactor = createRedactor();
    const leaked = plantedSecrets.filter(({ text, secret }) => showsSecret(written(redactor.value(put(text))), secret));
    expect(leaked.map(({ name }) => name)).toEqual([]);
  });

  it('leaves no planted field, at depths 1 to 12', () => {
    const redactor = createRedactor();
    const leaked = plantedFields.filter(({ value, secret }) => showsSecret(written(redactor.value(value)), secret));
    expect(leaked.map(({ name }) => name)).toEqual([]);
  });

  it('keeps every decoy (row 14: "monkey" and "keyboard" are no secrets)', () => {
    const { text } = createRedactor();
    expect(decoys.filter((decoy) => text(decoy.text) !== decoy.text)).toEqual([]);
    const names = { monkey: 'banana', keyboard: 'qwerty', tokenizer: 'bpe', secretary: 'Grace', passenger: 12 };
    expect(createRedactor().value(names)).toBe(names);
  });
});

describe('what is done with a secret', () => {
  const record = {
    message: `mail to ${EMAIL} bounced`,
    fields: { customer: { iban: 'DE02', city: 'Lyon' }, token: 'tk-12345' },
  };
  const redactorOf = (action: RedactionAction, more: RedactionOptions = {}) =>
    createRedactor({
      paths: [{ path: 'customer.iban', action }],
      rules: { email: action, token: action },
      ...more,
    });

  it('mask names the kind', () => {
    expect(createRedactor({ paths: ['customer.iban'] }).record(record)).toEqual({
      parts: {
        message: 'mail to [redacted:email] bounced',
        fields: { customer: { iban: '[redacted:own-key]', city: 'Lyon' }, token: '[redacted:token]' },
      },
      sealed: null,
    });
  });

  it('pseudonym keeps equal ones equal under one key, and tells nothing under another', () => {
    const key = randomBytes(32);
    const [first, second, other] = [key, key, randomBytes(32)].map(
      (pseudonymKey) => redactorOf('pseudonym', { pseudonymKey }).record(record).parts,
    );
    expect(first).toEqual(second);
    expect(written(first)).not.toBe(written(other));
    expect(first!.message).toMatch(/^mail to \[redacted:email:[a-f][0-9a-f]{15}\] bounced$/);
    expect(first!.fields.customer.iban).toMatch(/^\[redacted:own-key:[a-f][0-9a-f]{15}\]$/);
    expect(first!.fields.token).toMatch(/^\[redacted:token:[a-f][0-9a-f]{15}\]$/);
    const redactor = redactorOf('pseudonym', { pseudonymKey: key });
    expect(redactor.text('ADA@EXAMPLE.COM')).toBe(redactor.text(EMAIL));
    expect(() => redactorOf('pseudonym', { pseudonymKey: randomBytes(8) })).toThrow(/16 bytes/);
  });

  it('remove leaves neither value nor name of a field, and nothing in a text', () => {
    expect(redactorOf('remove').record(record).parts).toEqual({
      message: 'mail to  bounced',
      fields: { customer: { city: 'Lyon' } },
    });
  });

  it('encrypt hands the value to the sealer, and shows under which number', () => {
    const redactor = redactorOf('encrypt');
    expect(redactor.needsSealer).toBe(true);
    expect(redactor.record(record)).toEqual({
      parts: {
        message: 'mail to [redacted:email:1] bounced',
        fields: { customer: { iban: '[redacted:own-key:2]', city: 'Lyon' }, token: '[redacted:token:3]' },
      },
      sealed: [
        { slot: 1, path: 'message', value: EMAIL },
        { slot: 2, path: 'customer.iban', value: 'DE02' },
        { slot: 3, path: 'token', value: 'tk-12345' },
      ],
    });
    // The numbers are the record's own: what was remembered of the first must not stand in the second.
    expect(redactor.record(record).sealed).toHaveLength(3);
  });

  it('encrypt masks where nobody takes the value', () => {
    const redactor = redactorOf('encrypt');
    expect(redactor.text(record.message)).toBe('mail to [redacted:email] bounced');
    expect(redactor.value(record.fields)).toEqual({
      customer: { iban: '[redacted:own-key]', city: 'Lyon' },
      token: '[redacted:token]',
    });
  });

  it('encrypt takes whole structures as JSON can hold them, and names no secret in its paths', () => {
    const redactor = redactorOf('encrypt', { paths: [{ path: '**.box', action: 'encrypt' }] });
    const box: Record<string, unknown> = { at: new Date(0), map: new Map([['a', 1n]]), error: new RangeError('far') };
    box.self = box;
    const { parts, sealed } = redactor.record({ message: 'x', fields: { [EMAIL]: { box } } });
    expect(written(parts)).not.toContain(EMAIL);
    expect(sealed!.map(({ path }) => path).join()).not.toContain(EMAIL);
    expect(sealed![sealed!.length - 1]!.value).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      map: { a: '1' },
      error: { name: 'RangeError', message: 'far' },
      self: '[circular]',
    });
  });

  it('encrypt keeps records apart of which one is logged while another is read', () => {
    const redactor = redactorOf('encrypt');
    const inner: unknown[] = [];
    const fields = {
      token: 'outer-1',
      get note() {
        inner.push(redactor.record({ message: 'x', template: EMAIL, fields: { token: 'inner-1' } }).sealed);
        return 'plain';
      },
      other: { token: 'outer-2' },
    };
    expect(redactor.record({ message: 'x', fields }).sealed).toMatchObject([
      { value: 'outer-1' },
      { value: 'outer-2' },
    ]);
    expect(inner[0]).toMatchObject([{ slot: 1, value: 'inner-1' }]);
  });

  it('keep looks into what it leaves', () => {
    const redactor = createRedactor({ rules: { query: 'keep', 'ip-address': 'keep', email: 'keep' } });
    expect(redactor.text(`GET /a?x=1&card=${CARD} from 10.1.2.3 by ${EMAIL}`)).toBe(
      `GET /a?x=1&card=[redacted:card] from 10.1.2.3 by ${EMAIL}`,
    );
  });

  it('each own path its own action, the first that matches', () => {
    const redactor = createRedactor({
      paths: [
        { path: 'a.*.keep', action: 'keep' },
        { path: 'a.**', action: 'remove' },
        { path: 'Tax Number', action: 'pseudonym' },
        'iban',
      ],
    });
    const fields = { a: { x: { y: 1 } }, b: { taxNumber: '77' }, iban: 'DE02', note: 'iban=DE03' };
    expect(redactor.value(fields)).toEqual({
      b: { taxNumber: expect.stringMatching(/^\[redacted:own-key:[a-f][0-9a-f]{15}\]$/) },
      iban: '[redacted:own-key]',
      note: 'iban=[redacted:own-key]',
    });
  });

  it('leaves what says nothing', () => {
    const fields = { token: null, password: '', secret: true, apiKey: undefined, tokens: 812 };
    for (const action of ['remove', 'encrypt', 'pseudonym'] as const)
      expect(createRedactor({ rules: { token: action, password: action, secret: action } }).value(fields)).toBe(fields);
  });
});

describe('what comes out', () => {
  it('is the record itself where nothing needs a change', () => {
    const parts = { message: 'order 7 shipped', fields: { order: 7, tags: ['a', { b: 'plain' }], at: null } };
    expect(createRedactor().record(parts).parts).toBe(parts);
  });

  it('is another object where something does: the one handed over stays as it was (row 17)', () => {
    const fields = { password: 'hunter2', list: [{ mail: EMAIL }], map: new Map([['token', 'tk-1']]) };
    const before = structuredClone(fields);
    const redacted = createRedactor().value(Object.freeze(fields));
    expect(fields).toEqual(before);
    expect(redacted).not.toBe(fields);
  });

  it('cannot show anything that was not looked at', () => {
    let reads = 0;
    const sly = Object.defineProperty({ a: 1 } as Record<string, unknown>, 'note', {
      enumerable: true,
      get: () => (reads++ === 0 ? 'harmless' : EMAIL),
    });
    const later = { note: 'harmless', toJSON: () => ({ note: EMAIL }) };
    const url = new URL(`https://u:pw-12345@x.example/?code=${CARD}`);
    expect(written(createRedactor().value({ sly, later, url }))).not.toMatch(/ada@|pw-12345|4111/);
  });

  it('never throws, whatever is handed over', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = {
      proxy,
      getter: Object.defineProperty({}, 'x', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
      json: {
        toJSON: () => {
          throw new Error('no');
        },
      },
      iterator: Object.assign(new Map(), {
        keys: () => {
          throw new Error('no');
        },
      }),
      symbol: Symbol('s'),
      big: 10n,
      fn: () => 1,
      invalid: new Date(Number.NaN),
    };
    const redacted = createRedactor().value({ ...hostile, password: 'hunter2' });
    expect(written(redacted)).not.toContain('hunter2');
    expect(redacted).toMatchObject({ proxy: '[unreadable]', json: '[unreadable]', iterator: '[unreadable]' });
  });

  it('of any text, redacted twice, is the same, whatever the rules', () => {
    const piece = fc.oneof(
      fc.constantFrom(...plantedSecrets.map(({ text }) => text)),
      fc.constantFrom('password=', '"', '?', '&', '@', '[redacted:', ':1]', ']', '=', ' '),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.constantFrom<RedactionAction>('mask', 'pseudonym', 'encrypt'),
        (pieces, action) => {
          const redactor = createRedactor({ rules: { email: action, password: action, card: action, jwt: action } });
          const once = redactor.text(pieces.join(''));
          expect(redactor.text(once)).toBe(once);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('bounds', () => {
  it('cut and mark depth, values and length, never passing anything unscanned', () => {
    const redactor = createRedactor({ limits: { depth: 4, nodes: 50, stringLength: 1_000 } });
    let deep: unknown = EMAIL;
    for (let level = 0; level < 10; level++) deep = { deep };
    const fields = {
      deep,
      long: `${'word '.repeat(300)}${EMAIL}`,
      many: Array.from({ length: 100 }, () => EMAIL),
    };
    const text = written(redactor.value(fields));
    expect(text).not.toContain(EMAIL);
    for (const mark of ['too-deep', 'too-long', 'too-many']) expect(text).toContain(`[redacted:${mark}]`);
    expect(redactor.counts()).toMatchObject({ 'too-deep': 1, 'too-long': 1, 'too-many': 1 });
  });

  it('hold against every rule: what was not looked at is never kept', () => {
    const redactor = createRedactor({ rules: { 'too-long': 'keep', binary: 'keep' }, limits: { stringLength: 100 } });
    expect(redactor.text(`${'x '.repeat(100)}${EMAIL}`)).not.toContain(EMAIL);
    expect(written(redactor.value({ bytes: Buffer.from(EMAIL) }))).not.toContain(String(EMAIL.charCodeAt(0)));
  });

  it('end a text that is made of secrets', () => {
    const redacted = createRedactor().text(`${EMAIL} `.repeat(12_000));
    expect(redacted).not.toContain(EMAIL);
    expect(redacted.endsWith('[redacted:too-many]')).toBe(true);
  });

  it.each(hostileTexts)('of crafted $name are kept, and it comes to an end', ({ text }) => {
    const redacted = createRedactor().text(text);
    expect(redacted.length).toBeGreaterThan(0);
    const again = createRedactor({ limits: { stringLength: 10_000_000 } }).text(redacted);
    expect(again === redacted).toBe(true);
  });
});

describe('options', () => {
  it('are each read (row 25)', () => {
    expect(createRedactor({ rules: { email: 'keep' } }).text(EMAIL)).toBe(EMAIL);
    expect(createRedactor({ paths: ['iban'] }).value({ iban: 'x' })).toEqual({ iban: '[redacted:own-key]' });
    expect(createRedactor({ rules: { 'own-key': 'remove' }, paths: ['iban'] }).value({ iban: 'x', a: 1 })).toEqual({
      a: 1,
    });
    expect(createRedactor({ limits: { depth: 1 } }).value({ a: { b: 1 } })).toEqual({ a: '[redacted:too-deep]' });
    expect(createRedactor({ pseudonymForm: 'short', rules: { email: 'pseudonym' } }).text(EMAIL)).toMatch(
      /:[0-9a-f]{8}\]$/,
    );
    expect(createRedactor().needsSealer).toBe(false);
    const date = { at: new Date(0) };
    expect(createRedactor({ isParsedJson: true }).value(date)).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });
});
