import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from './bench.ts';
import { LOGGERS, type LoggerName } from './log/loggers.ts';
import { machine, PEERS } from './log/machine.ts';
import { type Mode, type Receiver, startReceiver } from './log/receiver.ts';
import { runWriter } from './log/run-writer.ts';

const SECONDS = 15;
const BEFORE_SECONDS = 8;
const AFTER_SECONDS = 12;
const EVERY_MS = 5;
const FLUSH_MS = 1_000;
/** What may still be under way when the application has ended. */
const LAST_MS = 1_000;
/** Starts that what is left may take. */
const STARTS = 12;

/**
 * Records that each logger loses when its receiver is away for so many seconds (`--seconds N`, or `--size N`; 15), once as a closed port, once by 503,
 * at 200 records a second: what has not arrived when the application ends in order, 12 s after the outage and at most 10 s of ending later (a logger whose
 * own back-off is longer loses what it still holds in memory). Guardian has what waits then on disk: its next starts send it, and are counted. And what it does to the application: Guardian's figures beside those of a run without outage.
 */
export const bench = async ({
  seconds,
  size,
}: BenchOptions & { seconds?: string }): Promise<Record<string, unknown>> => {
  const outageSeconds = Number(seconds ?? size ?? SECONDS);
  const runs = [
    run('guardian', 'up', outageSeconds),
    ...(['closed', '503'] as const).flatMap((mode) => LOGGERS.map((logger) => run(logger, mode, outageSeconds))),
  ];
  const [control, ...outages] = await Promise.all(runs);
  return { outageSeconds, recordsPerSecond: 1_000 / EVERY_MS, withoutOutage: control, outages, ...machine(PEERS) };
};

async function run(logger: LoggerName, mode: Mode, outageSeconds: number): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-outage-'));
  const receiver = await startReceiver();
  const seconds = BEFORE_SECONDS + outageSeconds + AFTER_SECONDS;
  const writer = runWriter({ logger, url: receiver.url, folder, seconds, everyMs: EVERY_MS, flushMs: FLUSH_MS });
  try {
    await Promise.race([writer.started, writer.figures]);
    await wait(BEFORE_SECONDS * 1_000);
    await receiver.set(mode);
    await wait(outageSeconds * 1_000);
    await receiver.set('up');
    const figures = await writer.figures;
    await wait(LAST_MS);
    const waiting = figures.logged - receiver.arrived.size;
    const nextStarts = logger === 'guardian' && waiting > 0 ? await startAgain(receiver, folder, figures.logged) : 0;
    const lost = missing(receiver, figures.logged);
    process.stderr.write(`${logger}, ${mode}: ${lost} of ${figures.logged} lost\n`);
    const lostPercent = Number(((lost / figures.logged) * 100).toFixed(1));
    return { logger, mode, ...figures, waiting, nextStarts, lost, lostPercent, storedTwice: receiver.storedTwice() };
  } catch (error) {
    if (logger === 'guardian') throw error;
    // A peer that does not live through the outage takes with it what it held.
    process.stderr.write(`${logger}, ${mode}: ${(error as Error).message}\n`);
    return { logger, mode, died: (error as Error).message, arrived: receiver.arrived.size };
  } finally {
    writer.process.kill();
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is on disk when the application ends is sent by its next start: how many of those it took, each of ten seconds. */
async function startAgain(receiver: Receiver, folder: string, logged: number): Promise<number> {
  let starts = 0;
  while (starts < STARTS && missing(receiver, logged) > 0) {
    const first = logged + 1 + starts++;
    const again = {
      logger: 'guardian',
      url: receiver.url,
      folder,
      seconds: 1,
      everyMs: 1_000,
      flushMs: FLUSH_MS,
      first,
    } as const;
    await runWriter(again).figures;
    await wait(LAST_MS);
  }
  return starts;
}

function missing(receiver: Receiver, logged: number): number {
  let count = 0;
  for (let number = 1; number <= logged; number++) if (!receiver.arrived.has(number)) count++;
  return count;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
