import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { balance, entry, freshFolder, open, total } from '../../packages/sdk/src/delivery/delivery-fixtures.ts';
import type { Entry } from '../../packages/sdk/src/record.ts';
import { elasticSink } from '../../packages/sdk/src/sinks/elastic.ts';

const url = process.env.GUARDIAN_TEST_SEARCH_URL;
if (!url) throw new Error('GUARDIAN_TEST_SEARCH_URL is not set: run .ci/search/clusters.sh');

function record(number: number, attributes: Record<string, unknown>): Entry {
  const id = `sdk-${number}`;
  const line = JSON.stringify({
    id,
    time: new Date().toISOString(),
    severity: 'info',
    message: `order ${number} paid`,
    logger: 'shop.payments',
    service: 'shop',
    attributes: { category: 'system', sequence: number, ...attributes },
  });
  return entry({ id, line, sequence: number });
}

const post = async (path: string, body?: object) =>
  (
    await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  ).json();

async function idsIn(index: string): Promise<string[]> {
  await post(`${index}*/_refresh`);
  const reply = (await post(`${index}*/_search`, { size: 1_000, _source: ['event.id'] })) as {
    hits: { hits: { _source: { event: { id: string } } }[] };
  };
  return reply.hits.hits.map(({ _source }) => _source.event.id);
}

async function hasDataStream(index: string): Promise<boolean> {
  return (await fetch(`${url}/_data_stream/${index}`)).status === 200;
}

/** The distribution of Elasticsearch 7 under the Apache licence has none. */
async function knowsDataStreams(): Promise<boolean> {
  return (await fetch(`${url}/_data_stream`)).status === 200;
}

describe('the SDK’s sink against a real cluster', () => {
  it('delivers every record once, into a data stream where there are any, also when the same are sent again', async () => {
    const index = `sdk-${randomUUID().slice(0, 8)}`;
    const delivery = open({ sink: elasticSink({ url, index }), folder: freshFolder(), knobs: { flushAfterMs: 5 } });
    const records = Array.from({ length: 500 }, (_, number) => record(number, { amount: number }));
    for (const one of records) delivery.accept(one);
    expect(await delivery.flush({ timeoutMs: 30_000 })).toBe(true);
    expect(total(delivery.counters().deadLettered)).toBe(0);
    expect(balance(delivery)).toEqual({ queued: 500, accounted: 500 });
    const again = await elasticSink({ url, index }).send(records, new AbortController().signal);
    expect(again.kind).toBe('answered');
    expect(new Set(await idsIn(index)).size).toBe(500);
    expect(await idsIn(index)).toHaveLength(500);
    expect(await hasDataStream(index)).toBe(await knowsDataStreams());
  });

  it('sends a field of a conflicting type again as text, and loses no record to it', async () => {
    const index = `sdk-${randomUUID().slice(0, 8)}`;
    const sink = elasticSink({ url, index });
    const signal = new AbortController().signal;
    await sink.send([record(1, { total: 12 })], signal);
    const outcome = await sink.send([record(2, { total: { net: 10 } }), record(3, { total: 'twelve' })], signal);
    expect(outcome.kind).toBe('answered');
    if (outcome.kind === 'answered') {
      expect(outcome.outcomes.map(({ kind }) => kind).filter((kind) => kind !== 'sent')).toEqual([]);
    }
    expect((await idsIn(index)).sort()).toEqual(['sdk-1', 'sdk-2', 'sdk-3']);
  });

  it('leaves to the search what a roll-over between two tries makes double: equal ids', async () => {
    const index = `sdk-${randomUUID().slice(0, 8)}`;
    const signal = new AbortController().signal;
    const one = record(1, {});
    await elasticSink({ url, index }).send([one], signal);
    await post(`${index}/_rollover`);
    await elasticSink({ url, index }).send([one], signal);
    const ids = await idsIn(index);
    expect(new Set(ids)).toEqual(new Set(['sdk-1']));
    // An index by the day knows all of its ids; a data stream those of its newest backing index.
    expect(ids).toHaveLength((await knowsDataStreams()) ? 2 : 1);
  });
});
