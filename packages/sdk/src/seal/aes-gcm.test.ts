import { describe, expect, it } from 'vitest';
import { decrypt, encrypt, randomIv } from './aes-gcm.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

/**
 * AES-256 vectors of "The Galois/Counter Mode of Operation" (McGrew, Viega), test cases 13 to 16, which NIST publishes with the
 * submission: https://csrc.nist.gov/projects/block-cipher-techniques/bcm/modes-development
 */
const VECTORS = [
  {
    name: 'test case 13',
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    aad: '',
    clear: '',
    sealed: '',
    tag: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    name: 'test case 14',
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    aad: '',
    clear: '00'.repeat(16),
    sealed: 'cea7403d4d606b6e074ec5d3baf39d18',
    tag: 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    name: 'test case 15',
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    iv: 'cafebabefacedbaddecaf888',
    aad: '',
    clear: `d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
      1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255`,
    sealed: `522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
      8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad`,
    tag: 'b094dac5d93471bdec1a502270e3cc6c',
  },
  {
    name: 'test case 16',
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    iv: 'cafebabefacedbaddecaf888',
    aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    clear: `d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
      1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39`,
    sealed: `522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
      8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662`,
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
];

describe('AES-256-GCM (row 18: published vectors, no mock cipher)', () => {
  it.each(VECTORS)('seals as $name', ({ key, iv, aad, clear, sealed, tag }) => {
    expect(encrypt(hex(key), hex(iv), hex(aad), hex(clear)).toString('hex')).toBe(hex(sealed + tag).toString('hex'));
  });

  it.each(VECTORS)('opens $name, and nothing that was changed', ({ key, iv, aad, clear, sealed, tag }) => {
    const whole = hex(sealed + tag);
    expect(decrypt(hex(key), hex(iv), hex(aad), whole).toString('hex')).toBe(hex(clear).toString('hex'));
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = changed[at]! ^ 1;
      expect(() => decrypt(hex(key), hex(iv), hex(aad), changed)).toThrow(
        expect.objectContaining({ problem: 'not-authentic' }),
      );
    }
    expect(() => decrypt(hex(key), hex(iv), Buffer.from('other'), whole)).toThrow();
  });

  it('refuses a key of 128 bits (row 18: "AES-256" was AES-128)', () => {
    expect(() => encrypt(Buffer.alloc(16), Buffer.alloc(12), Buffer.alloc(0), Buffer.alloc(1))).toThrow();
  });

  it('never gives an IV twice', () => {
    const seen = new Set(Array.from({ length: 10_000 }, () => randomIv().toString('hex')));
    expect(seen.size).toBe(10_000);
    expect([...seen].every((iv) => iv.length === 24)).toBe(true);
  });
});
