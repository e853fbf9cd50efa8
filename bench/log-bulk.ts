import { Client } from '@elastic/elasticsearch';
import { createDelivery } from '../packages/sdk/src/delivery/create-delivery.ts';
import type { Entry } from '../packages/sdk/src/record.ts';
import { elasticSink } from '../packages/sdk/src/sinks/elastic.ts';
import { type IndexProduct, type IndexServer, PRODUCTS, startIndex } from '../packages/sdk/src/sinks/index-fixtures.ts';
import type { Bench } from './bench.ts';
import { machine } from './log/machine.ts';

const RECORDS = 2_000;
/** Answers that get lost after the documents were stored: the second try must not store them again. */
const LOST_ANSWERS = 3;

/**
 * The same code against each product's way of answering, with answers that get lost and a field of a conflicting type; beside it the official client's bulk
 * helper. The servers are simulated by their documented answers: `real` names those that were not.
 */
export const bench: Bench = async () => {
  const servers = [];
  for (const product of PRODUCTS) {
    const guardian = await measure(product, sendByGuardian);
    const officialClient = await measure(product, sendByClient);
    servers.push({ server: product.name, guardian, officialClient });
    process.stderr.write(`${JSON.stringify(servers.at(-1))}\n`);
  }
  return {
    records: RECORDS,
    lostAnswers: LOST_ANSWERS,
    real: [],
    simulated: PRODUCTS.map(({ name }) => name),
    servers,
    ...machine(['@elastic/elasticsearch']),
  };
};

async function measure(product: IndexProduct, send: (index: IndexServer) => Promise<number>) {
  const index = await startIndex(product);
  index.loseAnswers = LOST_ANSWERS;
  const errors = await send(index);
  const numbers = index.documents().map(({ source }) => numberOf(source));
  const stored = new Set(numbers).size;
  await index.stop();
  return { errors, stored, lost: RECORDS - stored, duplicates: numbers.length - stored };
}

function numberOf({ message }: Record<string, unknown>): number {
  return Number(/record (\d+)/.exec(String(message))?.[1]);
}

/** Errors: what was dropped or refused for good. */
async function sendByGuardian({ url }: IndexServer): Promise<number> {
  const delivery = createDelivery({
    sink: elasticSink({ url }),
    folder: null,
    onTrouble: () => undefined,
    knobs: { minRetryMs: 10, maxRetryMs: 50 },
  });
  for (let number = 1; number <= RECORDS; number++) delivery.accept(entryOf(number));
  await delivery.shutdown({ timeoutMs: 20_000 });
  const { deadLettered, dropped } = delivery.counters();
  const sum = (counts: object) => Object.values(counts).reduce((total: number, count: number) => total + count, 0);
  return sum(deadLettered) + Object.values(dropped).reduce((total, counts) => total + sum(counts), 0);
}

/** Errors: documents it gave up, and 1 when it threw. */
async function sendByClient({ url }: IndexServer): Promise<number> {
  const client = new Client({ node: url, maxRetries: 3 });
  let dropped = 0;
  try {
    const documents = Array.from(
      { length: RECORDS },
      (_, at) => JSON.parse(entryOf(at + 1).line) as Record<string, unknown>,
    );
    await client.helpers.bulk({
      datasource: documents.map(({ message, attributes }) => ({
        '@timestamp': new Date().toISOString(),
        message,
        fields: attributes,
      })),
      flushBytes: 50_000,
      wait: 10,
      onDocument: () => ({ create: { _index: 'guardian-logs' } }),
      onDrop: () => {
        dropped++;
      },
    });
  } catch (error) {
    process.stderr.write(`official client: ${String(error).split('\n', 1)[0]}\n`);
    dropped++;
  }
  await client.close();
  return dropped;
}

function entryOf(number: number): Entry {
  const id = `bench-${number}`;
  // Every tenth has a text where the others have a number.
  const code = number % 10 === 0 ? 'E_CARD' : number;
  const line = JSON.stringify({
    id,
    time: new Date().toISOString(),
    severity: 'info',
    message: `record ${number} of the bench`,
    attributes: { category: 'system', number, code },
  });
  return { id, sequence: number, level: 'info', line, bytes: line.length, acceptedAt: performance.now(), count: 1 };
}
