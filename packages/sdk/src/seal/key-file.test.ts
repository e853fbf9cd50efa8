import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readKeyFile } from './key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'guardian-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A process of its own that seals ten records, each under another key, tells the keys, and is killed at once. */
const PROGRAM = `
const { createSealer } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
const { writeSync } = await import('node:fs');
const sealer = await createSealer({ wrappingKey: { bytes: Buffer.alloc(32, 7) }, keyFile: process.env.KEY_FILE, rotateAfterUses: 1 });
for (let index = 0; index < 10; index++) {
  const { sealed } = sealer.sealRecord({ id: String(index), service: 'shop', fields: [{ slot: 1, path: 'a', value: 1 }] });
  writeSync(1, sealed.key + '\\n');
}
process.kill(process.pid, 'SIGKILL');
`;

function sealInProcess(keyFile: string): Promise<{ keys: string[]; signal: NodeJS.Signals | null }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    env: { PATH: process.env.PATH, KEY_FILE: keyFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve) => {
    child.once('close', (_status, signal) => resolve({ keys: output.trim().split('\n'), signal }));
  });
}

describe('the file of wrapped keys', () => {
  it('has every key that a record was sealed with, of several processes at once, each killed (rows 12, 13)', async () => {
    const keyFile = join(folder, 'keys.ndjson');
    const runs = await Promise.all(Array.from({ length: 4 }, () => sealInProcess(keyFile)));
    expect(runs.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL']);
    const used = runs.flatMap(({ keys }) => keys);
    expect(new Set(used).size).toBe(40);
    const kept = new Set(readKeyFile(keyFile).map(({ id }) => id));
    expect(used.filter((id) => !kept.has(id))).toEqual([]);
  });
});
