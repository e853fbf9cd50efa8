import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Client } from '@elastic/elasticsearch';
import type { Bench } from './bench.ts';
import { type BenchLogger, LOGGERS, openLogger } from './log/loggers.ts';
import { machine, PEERS } from './log/machine.ts';
import { type Receiver, startReceiver } from './log/receiver.ts';

const EVERY_MS = 500;
const RECORDS = 20;
const FLUSH_MS = 1_000;
const LAST_MS = 2_500;

/** A record every 500 ms for 10 s with a flush interval of 1 s: how long the record that waited longest was on its way. The loggers run side by side. */
export const bench: Bench = async () => {
  const names = [...LOGGERS, 'bulk-helper'] as const;
  const loggers = await Promise.all(names.map(async (logger) => ({ logger, ...(await run(logger)) })));
  for (const one of loggers) process.stderr.write(`${JSON.stringify(one)}\n`);
  return { everyMs: EVERY_MS, records: RECORDS, flushMs: FLUSH_MS, loggers, ...machine(PEERS) };
};

async function run(name: (typeof LOGGERS)[number] | 'bulk-helper'): Promise<{ longestMs: number; arrived: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-trickle-'));
  const receiver = await startReceiver();
  const logger =
    name === 'bulk-helper'
      ? openHelper(receiver)
      : await openLogger(name, { url: receiver.url, folder, flushMs: FLUSH_MS });
  const loggedAt = new Map<number, number>();
  for (let number = 1; number <= RECORDS; number++) {
    loggedAt.set(number, performance.now());
    logger.log(`record ${number} of the bench`, number);
    await wait(EVERY_MS);
  }
  await wait(LAST_MS);
  await logger.end();
  await wait(200);
  const waits = [...loggedAt].map(([number, at]) => (receiver.arrived.get(number) ?? Number.POSITIVE_INFINITY) - at);
  await receiver.stop();
  rmSync(folder, { recursive: true, force: true });
  return { longestMs: Math.round(Math.max(...waits)), arrived: receiver.arrived.size };
}

/** The bulk helper of the official client, fed as its documentation shows. */
function openHelper({ url }: Receiver): BenchLogger {
  const client = new Client({ node: url });
  const source = new Readable({ objectMode: true, read: () => undefined });
  const done = client.helpers.bulk({
    datasource: source,
    flushInterval: FLUSH_MS,
    onDocument: () => ({ create: { _index: 'bench' } }),
  });
  return {
    log: (message, number) => void source.push({ message, number }),
    end: async () => {
      source.push(null);
      await done;
    },
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
