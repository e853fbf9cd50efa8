import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readKey } from './read-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'guardian-key-'));
const file = join(folder, 'key');
const NAME = 'GUARDIAN_TEST_SEALING_KEY';
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  delete process.env[NAME];
});

describe('keys', () => {
  it('are read as hex, base64 and base64url from the environment', () => {
    const key = randomBytes(32);
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      process.env[NAME] = ` ${key.toString(encoding)}\n`;
      expect(readKey({ environment: NAME }).equals(key)).toBe(true);
    }
  });

  it('are read from a file, written out or as bytes', () => {
    const key = randomBytes(32);
    writeFileSync(file, `${key.toString('base64')}\n`);
    expect(readKey({ file }).equals(key)).toBe(true);
    writeFileSync(file, key);
    expect(readKey({ file }).equals(key)).toBe(true);
  });

  it.each([16, 24, 31, 33, 64])('of %d bytes are refused, never replaced (row 11)', (length) => {
    const key = randomBytes(length);
    const refused = { problem: 'key-invalid' };
    const reason = new RegExp(`has ${length} bytes; it must have exactly 32`);
    process.env[NAME] = key.toString('base64');
    expect(() => readKey({ environment: NAME })).toThrow(expect.objectContaining(refused));
    expect(() => readKey({ environment: NAME })).toThrow(reason);
    process.env[NAME] = key.toString('hex');
    expect(() => readKey({ environment: NAME })).toThrow(reason);
    expect(() => readKey({ bytes: key })).toThrow(reason);
    writeFileSync(file, key.toString('hex'));
    expect(() => readKey({ file })).toThrow(reason);
  });

  it('that are missing or no key at all say so (row 11)', () => {
    expect(() => readKey({ environment: NAME })).toThrow(expect.objectContaining({ problem: 'key-missing' }));
    process.env[NAME] = '';
    expect(() => readKey({ environment: NAME })).toThrow(expect.objectContaining({ problem: 'key-missing' }));
    process.env[NAME] = 'correct horse battery staple';
    expect(() => readKey({ environment: NAME })).toThrow(/neither hex nor base64/);
    expect(() => readKey({ file: join(folder, 'absent') })).toThrow(
      expect.objectContaining({ problem: 'key-missing' }),
    );
  });
});
