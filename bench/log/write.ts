import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type LoggerName, openLogger } from './loggers.ts';

// One application: logs EVERY ms with one logger for SECONDS from number FIRST on, then tells as JSON how long its calls and its event loop took and how its memory grew.
// Numbers whose event-loop turn is over are said on standard output before, a line each, when it is told to TELL.
const [name, url, folder, seconds, everyMs, flushMs, first, tell] = process.argv.slice(2);
const logger = await openLogger(name as LoggerName, { url: url!, folder: folder!, flushMs: Number(flushMs) });
const LOOK_EVERY_MS = 5_000;

const calls: number[] = [];
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
// What is held, not what waits to be collected.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const memory = () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
let settled = 0;
let nextLook = LOOK_EVERY_MS;
let most = 0;
const startedAt = performance.now();
let number = 0;

function turn(): void {
  const elapsed = performance.now() - startedAt;
  // As many as are due: a late timer makes up for it.
  while (number * Number(everyMs) <= elapsed) {
    const told = Number(first) + number++;
    const before = performance.now();
    logger.log(`record ${told} of the bench`, told);
    calls.push(performance.now() - before);
    if (tell === 'tell') setImmediate(() => setImmediate(() => process.stdout.write(`${told}\n`)));
  }
  if (elapsed > nextLook) {
    nextLook += LOOK_EVERY_MS;
    const held = memory();
    if (settled === 0) settled = held;
    most = Math.max(most, held - settled);
  }
  if (elapsed < Number(seconds) * 1_000) setTimeout(turn, 1);
  else void finish();
}

async function finish(): Promise<void> {
  delay.disable();
  await logger.end();
  const sorted = calls.slice(Math.floor(calls.length / 10)).sort((a, b) => a - b);
  const figures = {
    logged: number,
    callP99Us: Math.round(sorted[Math.floor(sorted.length * 0.99)]! * 1_000),
    loopP99Ms: Number((delay.percentile(99) / 1e6).toFixed(2)),
    memoryGrowthMiB: Number((most / 1024 / 1024).toFixed(1)),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
}

process.stdout.write('started\n', turn);
