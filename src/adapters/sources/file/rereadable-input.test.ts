import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { rereadable } from './rereadable-input.ts';

async function* once(chunks: string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks.splice(0)) yield Buffer.from(chunk);
}

async function bytesOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('standard input read twice', () => {
  it('gives the same bytes again, and leaves no file behind', async () => {
    const big = 'é'.repeat(2_000_000);
    const input = rereadable(once(['first\n', big, '\nlast\n']));
    const whole = `first\n${big}\nlast\n`;
    expect(await bytesOf(input)).toBe(whole);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('guardian-input-'))).toEqual([]);
    expect(await bytesOf(input)).toBe(whole);
  });
});
