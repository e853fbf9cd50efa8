import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { LOGGERS, type LoggerName } from './log/loggers.ts';
import { machine, PEERS } from './log/machine.ts';
import { startReceiver } from './log/receiver.ts';
import { runWriter } from './log/run-writer.ts';

const KILLS = 5;
const EVERY_MS = 5;
const FLUSH_MS = 1_000;
const UP_MS = 3_000;
const OUTAGE_MS = 3_000;
/** The successor logs for so long: time to send what it found. */
const SUCCESSOR_SECONDS = 5;
/** Its own records are numbered from there on. */
const SUCCESSOR_RECORDS = 1_000_000;

/**
 * SIGKILL in the middle of an outage (503), then a second process with the same logger and folder and a receiver that works: records that were logged in a
 * turn that was over and never arrived, and records stored twice. `--size N`: kills for each logger (5).
 */
export const bench: Bench = async ({ size }) => {
  const kills = Number(size ?? KILLS);
  const loggers = await Promise.all(LOGGERS.map((logger) => killed(logger, kills)));
  for (const one of loggers) process.stderr.write(`${JSON.stringify(one)}\n`);
  return { kills, loggers, ...machine(PEERS) };
};

interface Run {
  logged: number;
  lost: number;
  storedTwice: number;
  sentAgain: number;
}

async function killed(logger: LoggerName, kills: number): Promise<Record<string, unknown>> {
  const runs: Run[] = [];
  for (let kill = 0; kill < kills; kill++) runs.push(await run(logger, kill));
  const sum = (field: keyof Run) => runs.reduce((total, one) => total + one[field], 0);
  const mostSentAgain = Math.max(...runs.map(({ sentAgain }) => sentAgain));
  return { logger, logged: sum('logged'), lost: sum('lost'), storedTwice: sum('storedTwice'), mostSentAgain };
}

async function run(logger: LoggerName, kill: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-kill-'));
  const receiver = await startReceiver();
  const options = { logger, url: receiver.url, folder, everyMs: EVERY_MS, flushMs: FLUSH_MS };
  try {
    const first = runWriter({ ...options, seconds: 3_600, isTelling: true });
    await Promise.race([first.started, first.gone]);
    await wait(UP_MS);
    await receiver.set('503');
    await wait(OUTAGE_MS + 97 * kill);
    first.process.kill('SIGKILL');
    await first.gone;
    await receiver.set('up');
    const second = runWriter({ ...options, seconds: SUCCESSOR_SECONDS, first: SUCCESSOR_RECORDS });
    await second.figures;
    const lost = first.told.filter((number) => !receiver.arrived.has(number)).length;
    return { logged: first.told.length, lost, storedTwice: receiver.storedTwice(), sentAgain: receiver.refusedTwice() };
  } finally {
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
