import { accessSync, constants, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Threads and processes that a test starts run from source as the server does: where nobody keeps the result, each strips the types of its files
// again. This is the folder that `guardian` takes by itself.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache');

const MEMORY_FOLDER = '/dev/shm';
const ROOM_BYTES = 4 * 1024 ** 3;

// What tests store they sync to disk, and keep nothing of it: in memory, where there is room, the kernel does not write it back all the time.
if (process.env.TMPDIR === undefined && hasRoomInMemory()) process.env.TMPDIR = MEMORY_FOLDER;

/** Files there may also be run: containers often forbid it. */
function hasRoomInMemory(): boolean {
  const probe = join(MEMORY_FOLDER, `guardian-test-${process.pid}`);
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    if (Math.min(bavail * bsize, freemem() / 2) < ROOM_BYTES) return false;
    writeFileSync(probe, '', { mode: 0o755 });
    accessSync(probe, constants.X_OK);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { force: true });
  }
}

export default defineConfig({
  test: {
    pool: 'threads',
    // No module that is tested keeps a state: files share what a thread has loaded.
    isolate: false,
    // Two more than there are cores: what looks from outside mostly waits for processes, receivers and clocks.
    maxWorkers: Math.min(availableParallelism() + 2, 6),
    // A test that hangs ends; what a test waits for has bounds of its own. A machine that many share may take ten times as long as usual.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    setupFiles: ['test/fixtures/bound-properties.ts'],
    // What is waited for comes at once, or a little later where other tests keep the machine busy.
    expect: { poll: { timeout: 30_000 } },
    // Projects run in the order of their names: what takes long begins first, and many small files fill the end.
    projects: [
      { extends: true, test: { name: 'from outside', include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['src/**/*.test.ts', 'packages/*/src/**/*.test.ts', 'bench/**/*.test.ts', 'examples/**/*.test.ts'],
        },
      },
    ],
  },
});
