import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../test/contract/open-stores.ts';
import { createEventPipeline, createFrameOrigin, createRedactor } from '../core/events/index.ts';
import { createIngest, type Intake, type WireReply } from '../core/ingest/index.ts';
import { createStandingJudge } from '../core/issues/index.ts';
import { loadSample } from './sample.ts';
import { wireFormats } from './wire-formats.ts';

const MINUTE = 60_000;
const START = Date.UTC(2025, 9, 20, 3, 18, 28, 648);
const LINES = readFileSync(new URL('../../examples/shop/incident.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n').length;
let now: number;
const clock = { now: () => now };
let stores: OpenedStores;
let replies: WireReply[];
beforeEach(async () => {
  now = START;
  replies = [];
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(() => stores.close());

function intake(): Intake {
  const redactor = createRedactor();
  const ingest = createIngest({
    formats: wireFormats(),
    pipeline: createEventPipeline({ clock, redactor }),
    redactor,
    appender: stores.ingest.events,
    spool: null,
    standingOf: createStandingJudge({ latencyMs: 3_000 }),
    frameOrigin: createFrameOrigin(),
    bounds: { inflatedBytes: 1e8, itemBytes: 1e6, attachmentBytes: 2e7, items: 50_000 },
    retentionMs: 30 * 86_400_000,
    clock,
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    async accept(request) {
      const [reply] = await ingest.store(ingest.decode([request]));
      replies.push(reply!);
      return reply!;
    },
    countDropped() {},
    state: () => {
      throw new Error('is not asked');
    },
  };
}
const load = () => loadSample(intake(), { id: stores.projectIds[0], slug: 'shop' }, clock);
async function kept() {
  const everything = { words: [], fields: [], minimumSeverity: null, projectId: null, from: null, to: null };
  return (await stores.main.index.search({ ...everything, cursor: null, limit: 2_000, order: 'oldest' })).events;
}

it('goes through the native format whole, with its failures and their stacks, and ends a moment ago', async () => {
  expect(await load()).toEqual({ accepted: LINES });
  expect(JSON.parse(String(replies[0]!.body))).toMatchObject({ accepted: LINES, duplicate: 0, rejected: [] });
  const events = (await kept()).map(({ event }) => event);
  expect(events).toHaveLength(LINES);
  const ago = now - events.at(-1)!.time;
  expect(ago).toBeGreaterThanOrEqual(10_000);
  expect(ago).toBeLessThan(10_000 + MINUTE);
  expect(
    events.every(({ service, revision, timeSuspect }) => service === 'shop' && revision !== null && !timeSuspect),
  ).toBe(true);
  const failures = events.filter(({ severityNumber }) => severityNumber >= 17);
  expect(failures.length).toBeGreaterThan(0);
  expect(failures.some(({ exceptions }) => (exceptions[0]?.frames.length ?? 0) > 0)).toBe(true);
  expect(events.some(({ request }) => request?.status === 200 && request.path !== null)).toBe(true);
});

it('changes nothing when it is loaded again within the minute, and is there again after it', async () => {
  await load();
  now = Math.floor(now / MINUTE) * MINUTE + MINUTE - 1;
  expect(await load()).toEqual({ accepted: LINES });
  expect(await kept()).toHaveLength(LINES);
  now += 1;
  await load();
  expect(await kept()).toHaveLength(2 * LINES);
});

it('says why when it is refused', async () => {
  const refusing = { ...intake(), accept: async () => ({ status: 503, headers: {}, body: 'Send it again.' }) };
  await expect(loadSample(refusing, { id: 1, slug: 'shop' }, clock)).rejects.toMatchObject({
    code: 'store_unavailable',
    about: { reason: 'Send it again.' },
  });
});
