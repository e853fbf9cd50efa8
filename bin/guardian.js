#!/usr/bin/env node
// Starts the command line on the Node release the project pins: TypeScript runs from source only on Node 24 and later.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { availableParallelism, constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const main = new URL('../src/cli/main.ts', import.meta.url);
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

/**
 * V8 maps its 2 MB of built-in functions once more beside the code of every thread, for shorter calls: without that, a server at rest takes 6 MB less.
 * And it collects garbage and compiles on four threads of its own, however few cores there are, which push aside those that serve. Measured on two
 * cores: with one, 99 of 100 alerts leave PostgreSQL within 85 ms, not 140, and a fifth more small events are taken in. SQLite writes in the thread
 * that reads events: with one its garbage would wait, 420 MB instead of 390 under large events.
 */
const LEAST_POOL = process.env.DATABASE_URL ? 1 : 2;
const SERVER_FLAGS = [
  '--no-short-builtin-calls',
  `--v8-pool-size=${Math.min(4, Math.max(LEAST_POOL, availableParallelism() - 1))}`,
];

if (Number(process.versions.node.split('.')[0]) >= 24) {
  startAsServer();
  shareCompileCache();
  const watch = boundHeap();
  try {
    await import(main.href);
  } finally {
    clearInterval(watch);
  }
} else if (existsSync(pinned)) {
  const isServer = process.argv[2] === 'start';
  const script = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const guardian = spawn(pinned, isServer ? [...SERVER_FLAGS, ...script] : script, {
    stdio: 'inherit',
    env: isServer ? environmentOfServer() : process.env,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => guardian.kill(signal));
  guardian.on('exit', (status, signal) => {
    process.exitCode = status ?? 128 + (constants.signals[signal] ?? 0);
  });
} else {
  process.stderr.write('guardian: needs Node 24 or later; run "npm install" in its folder, which brings its own.\n');
  process.exitCode = 64;
}

/** The allocator and V8 read their bounds before Node runs: the server takes its own place once, as the same process. */
function startAsServer() {
  if (process.argv[2] !== 'start' || process.platform !== 'linux') return;
  if (SERVER_FLAGS.every((flag) => process.execArgv.includes(flag))) return;
  const script = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const again = [process.execPath, ...process.execArgv, ...SERVER_FLAGS, ...script];
  process.execve?.(process.execPath, again, environmentOfServer());
}

/**
 * The C library keeps what threads free in pools, two for each core and thread, and gives back only their ends. With two pools, and large pieces
 * outside of them, a server at rest takes 8 MB less (142 to 134 before traffic, 157 to 149 after), for the same CPU time of ingest.
 */
function environmentOfServer() {
  return { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: String(128 * 1024), ...process.env };
}

/** Threads take the cache from the environment only; without it each would strip the types of its files again. */
function shareCompileCache() {
  module.enableCompileCache?.();
  const folder = module.getCompileCacheDir?.();
  if (folder) process.env.NODE_COMPILE_CACHE ??= dirname(folder);
}

/**
 * On a machine with much memory V8 lets new objects fill 128 MB and garbage triple the heap before it collects. Measured on a report of 1 GB
 * (Node 24.9): with new objects bounded at 16 MB and a heap that grows by a third at a time, the process takes 190 MB less, for 4 % more CPU time.
 * The first bound waits until new objects take so much: set at once it would keep them at 1 MB, and cost 10 %.
 */
function boundHeap() {
  // The server's main thread hands work on and rests; what it rests on should be small.
  const youngBytes = (process.argv[2] === 'start' ? 2 : 16) * 1024 * 1024;
  setFlagsFromString('--heap-growing-percent=35');
  if (process.argv[2] === 'start') setFlagsFromString('--semi-space-growth-factor=1');
  const watch = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young && young.space_size < youngBytes) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(watch);
  }, 20);
  return watch.unref();
}
