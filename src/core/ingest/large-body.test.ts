import { describe, expect, it } from 'vitest';
import { wireFormats } from '../../app/wire-formats.ts';
import { createEventPipeline, createFrameOrigin, createRedactor } from '../events/index.ts';
import { createStandingJudge } from '../issues/index.ts';
import { GuardianError } from '../shared/index.ts';
import { createIngest } from './ingest.ts';
import type { AppendBatch, EventAppender, EventOutcome, WireRequest } from './ports.ts';

const NOW = Date.UTC(2025, 9, 20, 3, 18, 28, 648);
const clock = { now: () => NOW };

/** Keeps what it is given, knows repeats, and fails when it is told to. */
function openAppender() {
  const batches: AppendBatch[] = [];
  const known = new Set<string>();
  const state = { failAt: Number.POSITIVE_INFINITY };
  return {
    batches,
    state,
    async append(batch: AppendBatch): Promise<EventOutcome[]> {
      if (batches.length >= state.failAt) throw new GuardianError('store_full');
      batches.push(batch);
      return batch.events.map(({ event }) => {
        if (known.has(event.id)) return 'duplicate';
        known.add(event.id);
        return 'stored';
      });
    },
  };
}

function open(appender: EventAppender) {
  const redactor = createRedactor();
  return createIngest({
    formats: wireFormats(),
    pipeline: createEventPipeline({ clock, redactor }),
    redactor,
    appender,
    spool: null,
    standingOf: createStandingJudge({ latencyMs: 3_000 }),
    frameOrigin: createFrameOrigin(),
    bounds: { inflatedBytes: 1e8, itemBytes: 1e6, attachmentBytes: 2e7, items: 50_000 },
    retentionMs: 30 * 86_400_000,
    clock,
    onFailure: (error) => expect.fail(error.message),
  });
}

function native(lines: readonly string[]): WireRequest {
  return {
    format: 'native',
    method: 'POST',
    path: '/',
    query: {},
    headers: {},
    body: Buffer.from(lines.join('\n')),
    project: { id: 1, slug: 'shop' },
    trust: 'server',
    receivedAt: NOW,
  };
}

const small = (count: number) =>
  Array.from({ length: count }, (_, at) => JSON.stringify({ id: `e${at}`, message: `order ${at}` }));

describe('a body of very many events', () => {
  it('is stored in pieces, in its order, and answered as one', async () => {
    const appender = openAppender();
    const ingest = open(appender);
    const [reply] = await ingest.store(ingest.decode([native([...small(12_001), 'no JSON'])]));
    expect(JSON.parse(String(reply?.body))).toMatchObject({ accepted: 12_001, duplicate: 0 });
    expect(appender.batches.map(({ events }) => events.length)).toEqual([5_000, 5_000, 2_001]);
    expect(appender.batches.flatMap(({ events }) => events.map(({ event }) => event.id))).toEqual(
      Array.from({ length: 12_001 }, (_, at) => `e${at}`),
    );
    // What was left out is counted once.
    expect(appender.batches.map(({ dropped }) => dropped.length)).toEqual([0, 0, 1]);
  });

  it('is cut by its text too', async () => {
    const appender = openAppender();
    const ingest = open(appender);
    const lines = Array.from({ length: 100 }, (_, at) =>
      JSON.stringify({ id: `l${at}`, message: 'x'.repeat(100_000) }),
    );
    await ingest.store(ingest.decode([native(lines)]));
    expect(appender.batches.length).toBe(2);
    expect(appender.batches.flatMap(({ events }) => events)).toHaveLength(100);
  });

  it('is asked for again when a piece cannot be kept: then those that were are repeats', async () => {
    const appender = openAppender();
    const ingest = open(appender);
    const request = native(small(7_000));
    appender.state.failAt = 1;
    const [refused] = await ingest.store(ingest.decode([request]));
    expect([refused?.status, refused?.headers['retry-after']]).toEqual([503, '5']);
    appender.state.failAt = Number.POSITIVE_INFINITY;
    const [reply] = await ingest.store(ingest.decode([request]));
    expect(JSON.parse(String(reply?.body))).toMatchObject({ accepted: 2_000, duplicate: 5_000 });
  });

  it('is packed as it is stored, not while all of it is decoded', async () => {
    const packed: string[] = [];
    const appender: EventAppender = {
      ...openAppender(),
      pack(ingested) {
        packed.push(ingested.event.id);
        return ingested;
      },
    };
    const ingest = open(appender);
    const long = Array.from({ length: 10 }, (_, at) => JSON.stringify({ id: `l${at}`, message: 'x'.repeat(100_000) }));
    ingest.decode([native(small(2_001)), native(long), native(['{"id":"few","message":"few"}'])]);
    expect(packed).toEqual(['few']);
  });
});
