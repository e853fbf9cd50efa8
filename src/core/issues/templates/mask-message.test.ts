import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MASK_LIMIT, maskMessage } from './index.ts';

const hostileSign = fc.constantFrom(...'aZ09 .:,;()[]{}<>/\\\'"`#@$|~^+-_=*!?\t\r\n\u0000\u2028é', '😀', '\ud83d');

const EXAMPLES: [message: string, masked: string][] = [
  ['mail to jane.doe+x@shop.example.com bounced', 'mail to <email> bounced'],
  ['GET https://api.example.com/v1/items?id=7&x=y, retrying', 'GET <url>, retrying'],
  ['lookup db-3.internal.example.com failed', 'lookup <host> failed'],
  ['dial registry.example.org:5000 refused', 'dial <host> refused'],
  ['peer 10.1.2.3:8080 and 192.168.0.1 left', 'peer <ip> and <ip> left'],
  ['peer fe80::1ff:fe23:4567:890a left', 'peer <ip> left'],
  ['lease for 00:1b:44:11:3a:b7', 'lease for <mac>'],
  ['ctx 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 'ctx <traceparent>'],
  ['order 1f0c3a52-9d7e-4c1b-8f0e-2a4b6c8d0e1f_del', 'order <uuid>_del'],
  ['object da39a3ee5e6b4b0d3255bfef95601890afd80709', 'object <sha1>'],
  ['sum d41d8cd98f00b204e9800998ecf8427e', 'sum <md5>'],
  ['at 2024-02-29T23:59:60.123Z done', 'at <date> done'],
  ['at 2024-02-29 23:59:59,123 +0100 done', 'at <date> done'],
  ['at 29/Feb/2024:23:59:59 +0000 done', 'at <date> done'],
  ['since Thu Feb 29 23:59:59 2024', 'since <date>'],
  ['lifetime 01:30', 'lifetime <date>'],
  ['took 12ms, 1.5s and 3h2m', 'took <duration>, <duration> and <duration>'],
  ['gave up after 30 seconds', 'gave up after <duration>'],
  ['pointer 0x7ffee4 and cafe1234', 'pointer <hex> and <hex>'],
  ['commit a1b2c3d pushed', 'commit <git> pushed'],
  ['load 0.75 of -1.2e9', 'load <float> of <float>'],
  ['row 42 of 64172MB, -3 left', 'row <int> of <int>MB, <int> left'],
  ['name="Jane Doe" and other=\'x y\'', 'name=<quoted> and other=<quoted>'],
  ['retry=true, cached= False', 'retry=<bool>, cached=<bool>'],
  ['block blk_-1608999687919862906 lost', 'block blk_<int> lost'],
];

describe('masking a message', () => {
  it.each(EXAMPLES)('masks %j', (message, masked) => {
    expect(maskMessage(message)).toBe(masked);
  });

  it('leaves words, code and file names alone', () => {
    for (const message of [
      'cannot read property of undefined',
      'std::vector of Foo::bar',
      'import of app.main.py failed',
      'org.apache.hadoop.EventType registered',
      'utf8 over http2 on eth0',
      'the facade is defaced',
    ]) {
      expect(maskMessage(message)).toBe(message);
    }
  });

  it('takes the first line only, without the white space around it', () => {
    expect(maskMessage('\n\r\n  boom 7 \r\n  at x')).toBe('boom <int>');
    expect(maskMessage('')).toBe('');
    expect(maskMessage(' \n\t')).toBe('');
  });

  it('looks at 1 KiB and halves no value', () => {
    const masked = maskMessage(`ids ${'1234567890123 '.repeat(200)}`);
    expect(masked).toMatch(/^ids(?: <int>)+$/);
    expect(maskMessage('x'.repeat(5000))).toHaveLength(MASK_LIMIT);
    expect(maskMessage('\u{1f600}'.repeat(5000))).toMatch(/^(?:\u{1f600})+$/u);
  });

  it('changes nothing on a second pass', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(maskMessage(maskMessage(text))).toBe(maskMessage(text));
      }),
      {
        numRuns: 3000,
      },
    );
  });

  it('gives the same text whatever the values are', () => {
    const values = fc.record({
      ip: fc.ipV4(),
      id: fc.uuid(),
      count: fc.integer(),
      at: fc.date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('2999-12-31') }),
    });
    fc.assert(
      fc.property(values, ({ ip, id, count, at }) => {
        expect(maskMessage(`${ip} asked for ${id} (${count} times) at ${at.toISOString()}`)).toBe(
          '<ip> asked for <uuid> (<int> times) at <date>',
        );
      }),
    );
  });

  it('finishes hostile lines of 1 MiB at once', () => {
    const pieces = ['a.', '1:', 'a@', '="', 'ab:', '1.', 'Jan ', 'a://', 'a1', '<', 'fe:', '/', '::', ' ', '0x', '1e'];
    for (const piece of pieces) expect(maskMessage(piece.repeat(2 ** 20 / piece.length)).length).toBeLessThan(20_000);
  });
});

const PIECES =
  '12|1.5|0x1f|a1b2c3d|10.0.0.1|:80|-|_|/|.|=|"|true| |<int>|<|>|Jan|12:30|00:11:22:33:44:55|@|a.com|::|fe80|e5|%|ms|3 days|,|deadbeef1|é|\n|😀|2024-01-02|T|Z|+01:00|('.split(
    '|',
  );
const hostileText = fc.oneof(
  fc.string({ unit: hostileSign, maxLength: 80 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 16 }).map((pieces) => pieces.join('')),
  fc.array(fc.constantFrom(...PIECES), { minLength: 200, maxLength: 500 }).map((pieces) => pieces.join('')),
);
