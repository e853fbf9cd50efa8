import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createBlindIndex } from './blind-index.ts';

const key = randomBytes(32);
const index = createBlindIndex({
  key: { bytes: key },
  fields: [
    { path: 'customer.email' },
    { path: 'billing.email' },
    { path: 'phone', normalise: 'digits' },
    { path: 'code', normalise: 'exact' },
  ],
});

describe('the HMAC of blind indexes', () => {
  /** RFC 4231: https://www.rfc-editor.org/rfc/rfc4231 */
  it.each([
    [
      '0b'.repeat(20),
      Buffer.from('Hi There').toString('hex'),
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      Buffer.from('Jefe').toString('hex'),
      Buffer.from('what do ya want for nothing?').toString('hex'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
    [
      '0102030405060708090a0b0c0d0e0f10111213141516171819',
      'cd'.repeat(50),
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ],
  ])('gives what RFC 4231 says of key %s', (rfcKey, data, expected) => {
    const digest = createHmac('sha256', Buffer.from(rfcKey, 'hex')).update(Buffer.from(data, 'hex')).digest('hex');
    expect(digest).toBe(expected);
  });

  it('is HMAC-SHA-256 over the field and the normalised value', () => {
    const bound = JSON.stringify(['guardian-blind-index-v1', 'customer.email', 'ada@example.com']);
    expect(index.of('customer.email', 'ADA@example.com ')).toBe(createHmac('sha256', key).update(bound).digest('hex'));
  });
});

describe('blind indexes', () => {
  it('are equal for equal values, however they are written', () => {
    expect(index.of('customer.email', ' Ada@Example.COM')).toBe(index.of('customer.email', 'ada@example.com'));
    expect(index.of('customer.email', 'ﬁona@example.com')).toBe(index.of('customer.email', 'fiona@example.com'));
    expect(index.of('phone', '+33 1 23 45')).toBe(index.of('phone', '0033-12345'.slice(2)));
    expect(index.of('code', 'a')).not.toBe(index.of('code', 'A'));
  });

  it('differ between fields and keys, so that nobody can compare across them', () => {
    const other = createBlindIndex({ key: { bytes: randomBytes(32) }, fields: [{ path: 'customer.email' }] });
    expect(index.of('billing.email', 'ada@example.com')).not.toBe(index.of('customer.email', 'ada@example.com'));
    expect(other.of('customer.email', 'ada@example.com')).not.toBe(index.of('customer.email', 'ada@example.com'));
  });

  it('are made of declared fields only', () => {
    expect(index.of('password', 'x')).toBeNull();
    expect(index.of('customer.email', { nested: true })).toBeNull();
  });
});
