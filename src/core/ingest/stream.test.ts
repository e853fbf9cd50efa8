import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { rawEvent } from '../../../test/fixtures/raw-event.ts';
import { createEventPipeline, createFrameOrigin, type Event } from '../events/index.ts';
import { createStandingJudge } from '../issues/index.ts';
import { GuardianError } from '../shared/index.ts';
import type { AppendBatch, EventAppender } from './ports.ts';
import { createStreamIngest, type StreamIngestOptions } from './stream.ts';

const START = Date.UTC(2025, 9, 20, 3, 18, 28);
const SOURCE = 'file:/var/log/shop.log';
let now = START;
const clock = { now: () => now };
let stores: OpenedStores;

beforeEach(async () => {
  now = START;
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(() => stores.close());

function feed(appender: EventAppender = stores.ingest.events, options: Partial<StreamIngestOptions> = {}) {
  return createStreamIngest({
    pipeline: createEventPipeline({ clock }),
    appender,
    standingOf: createStandingJudge({ latencyMs: 3_000 }),
    frameOrigin: createFrameOrigin(),
    retentionMs: 30 * 86_400_000,
    clock,
    project: { id: stores.projectIds[0], slug: 'shop' },
    service: null,
    source: 'file',
    ...options,
  });
}

const line = (body: string, offset: number, stream = 'shop.log'): Event =>
  rawEvent({
    id: `8:15:${offset}:${body.length}`,
    time: START + offset,
    observedTime: now,
    body,
    source: { kind: 'file', name: stream, position: String(offset), stream },
  });
const slice = (events: Event[], offset: number | null = null) => ({
  events,
  positions: offset === null ? [] : [{ source: SOURCE, position: String(offset) }],
  dropped: [],
});
const position = () => stores.main.positions.get(SOURCE);
const bodies = async () => {
  const all = { words: [], fields: [], minimumSeverity: null, projectId: null, from: null, to: null, cursor: null };
  return (await stores.main.index.search({ ...all, limit: 100, order: 'oldest' })).events.map(
    ({ event }) => event.body,
  );
};
/** The real store, behind a door that tests shut. */
function door() {
  const made = {
    error: null as GuardianError | null,
    batches: [] as AppendBatch[],
    async append(batch: AppendBatch) {
      if (made.error) throw made.error;
      made.batches.push(batch);
      return stores.ingest.events.append(batch);
    },
  };
  return made;
}
const away = () => new GuardianError('store_unavailable', { reason: 'disk I/O error' });
const TRACE = ['Traceback (most recent call last):', '  File "/app/cart.py", line 7, in total', "KeyError: 'tea'"];

describe('a position', () => {
  it('is kept once everything before it is stored, and never ahead of a trace that is not whole', async () => {
    const stream = feed();
    await stream.push(slice([line('ready', 1), line(TRACE[0]!, 2), line(TRACE[1]!, 3)], 300));
    expect([await bodies(), await position()]).toEqual([['ready'], null]);
    now += 900;
    await stream.push(slice([line(TRACE[2]!, 4)], 400));
    expect([await bodies(), await position()]).toEqual([['ready'], null]);
    now += 1_100;
    await stream.push(null);
    expect([await bodies(), await position()]).toEqual([['ready', TRACE.join('\n')], null]);
    now += 5_000;
    await stream.push(null);
    expect(await position()).toBe('400');
  });

  it('is kept at the end, with all that was held', async () => {
    const stream = feed();
    await stream.push(slice([line(TRACE[0]!, 1), line(TRACE[1]!, 2)], 200));
    await stream.finish();
    expect([await bodies(), await position()]).toEqual([[TRACE.slice(0, 2).join('\n')], '200']);
  });

  it('is the newest of each source, however many came', async () => {
    const appender = door();
    const stream = feed(appender);
    for (let offset = 0; offset < 2_000; offset++) {
      await stream.push({
        events: [],
        positions: [
          { source: SOURCE, position: String(offset) },
          { source: `file:${offset % 2}`, position: String(offset) },
        ],
        dropped: [],
      });
      now += 10;
    }
    await stream.finish();
    expect(await position()).toBe('1999');
    expect([await stores.main.positions.get('file:0'), await stores.main.positions.get('file:1')]).toEqual([
      '1998',
      '1999',
    ]);
    expect(appender.batches.length).toBeLessThan(60);
  });
});

describe('after a crash', () => {
  it('before the store had it, the source is read again, and nothing is missing', async () => {
    const appender = door();
    appender.error = away();
    const crashed = feed(appender);
    await expect(crashed.push(slice([line('a', 1)], 100))).rejects.toThrow('disk I/O error');
    now += 10_000;
    await expect(crashed.push(slice([line('b', 2)], 200))).rejects.toThrow('disk I/O error');
    expect([await bodies(), await position()]).toEqual([[], null]);
    const next = feed();
    await next.push(slice([line('a', 1), line('b', 2)], 200));
    expect(await bodies()).toEqual(['a', 'b']);
  });

  it('after the store had it, what is read again is a repeat, which changes nothing', async () => {
    const crashed = feed();
    const read = () => [line('a', 1), ...TRACE.map((text, index) => line(text, index + 2)), line('b', 9)];
    await crashed.push(slice(read(), 900));
    expect(await position()).toBeNull();
    const next = feed();
    await next.push(slice(read(), 900));
    await next.finish();
    expect([await bodies(), await position()]).toEqual([['a', TRACE.join('\n'), 'b'], '900']);
  });
});

describe('a store that is away', () => {
  it('loses nothing: what was pushed goes with the next push, once, and what was left out is counted then', async () => {
    const appender = door();
    const stream = feed(appender);
    appender.error = away();
    const dropped = [{ reason: 'binary', category: 'line', quantity: 3 }];
    await expect(stream.push({ ...slice([line('a', 1)], 100), dropped })).rejects.toThrow();
    await expect(stream.push(null)).rejects.toThrow();
    appender.error = null;
    now += 10_000;
    await stream.push(slice([line('b', 2)], 200));
    expect([await bodies(), await position()]).toEqual([['a', 'b'], '100']);
    expect(appender.batches).toHaveLength(1);
    expect(await stores.main.activity.dropped(START - 86_400_000)).toEqual([
      { projectId: stores.projectIds[0], source: 'file', reason: 'binary', category: 'line', quantity: 3 },
    ]);
  });

  it('and calls that overlap: what one could not store is not forgotten by the success of another', async () => {
    const outcomes: ('stored' | 'away')[] = ['stored', 'away', 'stored'];
    const appended: string[][] = [];
    const stream = feed({
      async append({ events }) {
        await new Promise((resolve) => setImmediate(resolve));
        if (outcomes.shift() === 'away') throw away();
        appended.push(events.map(({ event }) => event.body));
        return events.map(() => 'stored');
      },
    });
    const pushes = await Promise.allSettled([stream.push(slice([line('a', 1)])), stream.push(slice([line('b', 2)]))]);
    expect(pushes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await stream.push(null);
    expect(appended).toEqual([['a'], ['b']]);
  });
});

describe('what the stream brings', () => {
  it('has the configured service where it names none, else the project', async () => {
    const named = door();
    await feed(named, { service: 'cart' }).push(slice([line('a', 1), { ...line('b', 2), service: 'pay' }]));
    await feed(named).push(slice([line('c', 3)]));
    expect(named.batches.flatMap(({ events }) => events.map(({ event }) => event.service))).toEqual([
      'cart',
      'pay',
      'shop',
    ]);
  });

  it('is given its end when its stream falls silent, though others are busy', async () => {
    const stream = feed();
    await stream.push(slice(TRACE.map((text, index) => line(text, index, 'quiet.log'))));
    now += 1_500;
    await stream.push(slice([line('busy', 50, 'busy.log')]));
    expect(await bodies()).toEqual([TRACE.join('\n'), 'busy']);
  });

  it('is redacted', async () => {
    await feed().push(slice([line('password=hunter2-hunter2', 1)]));
    expect((await bodies()).join()).not.toContain('hunter2');
  });

  it('goes on behind a line that the pipeline fails on, which is counted', async () => {
    const pipeline = createEventPipeline({ clock });
    const stream = feed(stores.ingest.events, {
      pipeline: {
        ...pipeline,
        push(events) {
          if (events.some(({ body }) => body === 'bad')) throw new RangeError('too deep');
          return pipeline.push(events);
        },
      },
    });
    await stream.push(slice([line('bad', 1)]));
    await stream.push(slice([line('good', 2)]));
    expect(await bodies()).toEqual(['good']);
    expect((await stores.main.activity.dropped(0)).map(({ reason, quantity }) => [reason, quantity])).toEqual([
      ['failed', 1],
    ]);
  });

  it('goes on behind an event that the store refuses for good, which is counted', async () => {
    const stream = feed({
      async append(batch) {
        if (batch.events.some(({ event }) => event.body === 'poison')) throw new GuardianError('payload_invalid');
        return stores.ingest.events.append(batch);
      },
    });
    await stream.push(slice([line('a', 1), line('poison', 2), line('b', 3)], 300));
    now += 6_000;
    await stream.push(null);
    expect([await bodies(), await position()]).toEqual([['a', 'b'], '300']);
    expect((await stores.main.activity.dropped(0)).map(({ reason, quantity }) => [reason, quantity])).toEqual([
      ['invalid', 1],
    ]);
  });
});
