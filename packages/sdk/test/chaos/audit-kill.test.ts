import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ChainedEntry, createVerifier } from '../../src/audit/index.ts';
import { type EventServer, startEventServer, temporaryFolder } from '../../src/client/client-fixtures.ts';
import { start, stop } from '../../src/index.ts';

let server: EventServer;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  server = await startEventServer();
  folder = temporaryFolder();
});
afterEach(async () => {
  await stop({ timeoutMs: 1_000 });
  await server.close();
  folder.remove();
});

/** The last entry that a process was promised, before it was killed. */
async function recordUntilKilled(url: string, promises: number): Promise<number> {
  const file = fileURLToPath(new URL('audit-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', file, folder.path, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = 0;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    last = Number(line);
    if (last === promises) child.kill('SIGKILL');
  });
  await new Promise((resolve) => lines.once('close', resolve));
  return last;
}

test('SIGKILL loses no audit entry that was promised: a successor that records none brings them, in one chain', async () => {
  // Nobody listens there: all of it waits on disk.
  const promised = await recordUntilKilled('http://127.0.0.1:9', 200);
  expect(promised).toBeGreaterThanOrEqual(200);
  await start({ url: server.url, key: 'k', service: 'shop', folder: folder.path });
  const posted = () =>
    (server.lines['/api/audit-trail'] ?? []).map(
      (line) => JSON.parse(line) as ChainedEntry & { kind: string; epoch: string },
    );
  await expect.poll(() => posted().length).toBeGreaterThanOrEqual(promised);
  const entries = posted().filter(({ kind }) => kind === 'entry');
  const verifier = createVerifier({
    trail: { name: 'shop', epoch: entries[0]!.epoch },
    publicKeys: {},
    checkpoints: [],
  });
  for (const entry of entries) verifier.take(entry);
  expect(verifier.end()).toMatchObject({ isIntact: true, entries: entries.length });
  expect(entries.map(({ object }) => object)).toEqual(entries.map((_entry, index) => `order ${index + 1}`));
  // The one after the last promise may have been written, and never two.
  expect(entries.length - promised).toBeLessThanOrEqual(1);
});
