import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { getLogger, start } from '../packages/sdk/src/index.ts';
import { startGuardian } from '../test/fixtures/running-server.ts';
import type { Bench } from './bench.ts';
import { machine } from './log/machine.ts';

/** Of each setting. Uneven, so that the calls fall at all moments of a flush interval. */
const RECORDS = 60;
const EVERY_MS = 137;
/** Asking is below the limit of requests of one address. */
const ASK_EVERY_MS = 25;
const LONGEST_MS = 10_000;
const EARLIEST_MS = 60_000;

/**
 * From the call of a logger until a search of the server finds its record by a word that stands in no other: one program, one `guardian start` with its
 * embedded store, one machine. Flushing every 50 ms, and at the default of 1 s, with as many records a setting; p50, p95 and the longest, ms. `askMs` is
 * what one search takes, which is part of each figure, and each is
 * another search; `flush50MsCached` asks the same one again, which the server may answer from memory for up to a second. The step at which it is asked again, `askEveryMs`, is the error.
 */
export const bench: Bench = async ({ size = String(RECORDS) }) => {
  const server = await startGuardian();
  try {
    return {
      records: Number(size),
      askEveryMs: ASK_EVERY_MS,
      flush50Ms: await measure(server, { flushAfterMs: 50, records: Number(size), isCached: false }),
      flush1000Ms: await measure(server, { flushAfterMs: 1_000, records: Number(size), isCached: false }),
      flush50MsCached: await measure(server, { flushAfterMs: 50, records: Number(size), isCached: true }),
      index: 'the embedded store: nothing to refresh',
      ...machine(['pino']),
    };
  } finally {
    await server.stop();
  }
};

interface Figure {
  p50Ms: number;
  p95Ms: number;
  longestMs: number;
  askMs: number;
}

interface Setting {
  flushAfterMs: number;
  records: number;
  /** The same search is asked again and again, so that the server may remember its answer. */
  isCached: boolean;
}

async function measure(
  server: { url: string; key: string },
  { flushAfterMs, records, isCached }: Setting,
): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-log-search-'));
  const { url, key } = server;
  const client = await start({ url, key, service: 'bench', folder, delivery: { flushAfterMs } });
  const logger = getLogger('bench');
  const asked: number[] = [];
  const waits: number[] = [];
  // The first ones open the connection and compile.
  for (let number = -5; number < records; number++) {
    const word = `w${isCached ? 'c' : 'f'}${flushAfterMs}x${number + 5}x${process.pid}`;
    const calledAt = performance.now();
    logger.info(`record ${word} of the bench`, { number });
    const foundAt = await found({ url, word, calledAt, isCached }, asked);
    if (number >= 0) waits.push(foundAt - calledAt);
    await pause(EVERY_MS);
  }
  await client.stop();
  rmSync(folder, { recursive: true, force: true });
  return {
    p50Ms: Math.round(quantile(waits, 0.5)),
    p95Ms: Math.round(quantile(waits, 0.95)),
    longestMs: Math.round(Math.max(...waits)),
    askMs: Math.round(quantile(asked, 0.5) * 10) / 10,
  };
}

/** `found`: when the search that found it was answered. */
interface Search {
  url: string;
  word: string;
  calledAt: number;
  isCached: boolean;
}

async function found({ url, word, calledAt, isCached }: Search, asked: number[]): Promise<number> {
  for (let earliest = Date.now() - EARLIEST_MS; ; earliest -= isCached ? 0 : 1) {
    const askedAt = performance.now();
    const from = new Date(earliest).toISOString();
    const response = await fetch(`${url}/api/events?limit=1&query=${word}&from=${from}`);
    if (!response.ok) throw new Error(`the search was answered with ${response.status}: ${await response.text()}`);
    const { items } = (await response.json()) as { items: unknown[] };
    const answeredAt = performance.now();
    asked.push(answeredAt - askedAt);
    if (items.length > 0) return answeredAt;
    if (answeredAt - calledAt > LONGEST_MS) throw new Error(`${word} was not found in ${LONGEST_MS} ms`);
    await pause(Math.max(0, ASK_EVERY_MS - (answeredAt - askedAt)));
  }
}

function quantile(values: readonly number[], share: number): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.ceil(ordered.length * share) - 1)]!;
}
