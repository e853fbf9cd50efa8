import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../test/contract/open-stores.ts';
import { appended } from '../../test/contract/stored-events.ts';
import { rawEvent } from '../../test/fixtures/raw-event.ts';
import { configurationSchema } from '../config/schema.ts';
import { pruning } from './pruning.ts';

const NOW = Date.UTC(2025, 9, 20);
const DAY_MS = 86_400_000;
const clock = { now: () => NOW };
let stores: OpenedStores;
beforeEach(async () => {
  stores = await DATABASES[0]!.open({ clock });
  const events = Array.from({ length: 5_000 }, (_, index) =>
    rawEvent({ id: `e${index}`, time: NOW - (index < 4_500 ? 8 : 6) * DAY_MS + index, service: 'shop' }),
  );
  await stores.ingest.events.append(appended(stores.projectIds[0], events, { at: NOW }));
});
afterEach(() => stores.close());

const left = async () => {
  const rows = await stores.main.kysely
    .selectFrom('event')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .execute();
  return rows[0]!.n;
};
const configuration = configurationSchema.parse({ retention: { days: 7, everyMs: 1_234 } });

it('forgets all that is over its time, step by step, and nothing else', async () => {
  const gone = await pruning({ configuration, store: stores.main, clock }, new AbortController().signal);
  expect(gone).toEqual({ events: 4_500, runs: 0, alerts: 0, messages: 0, usage: 0, conversations: 0 });
  expect(await left()).toBe(500);
});

it('ends with its signal, between two steps', async () => {
  const stopping = new AbortController();
  let steps = 0;
  const store = {
    ...stores.main,
    retention: {
      async forget(options: Parameters<OpenedStores['main']['retention']['forget']>[0]) {
        if (++steps === 1) stopping.abort();
        return stores.main.retention.forget(options);
      },
    },
  };
  await pruning({ configuration, store, clock }, stopping.signal);
  expect([steps, await left()]).toEqual([1, 3_000]);
});

it('forgets conversations so long after their last message, with what they have in common', async () => {
  const { conversations, kysely } = stores.main;
  for (const [conversationId, days] of [
    ['old', 401],
    ['young', 399],
  ] as const) {
    const messages = [
      { id: null, role: 'user' as const, author: null, content: 'The queue is stuck.', createdAt: null },
    ];
    const limits = { messages: 10, bytes: 1_000 };
    await conversations.append({ conversationId, userId: 'ana', messages, at: NOW - days * DAY_MS, limits });
    const mention = { conversation_id: conversationId, user_id: 'ana', key: 'k', concept: 'queue', vector: '[]' };
    await kysely
      .insertInto('concept_mention')
      .values({ ...mention, first_at: 1, last_at: 1, mentions: 1 })
      .execute();
  }
  const gone = await pruning({ configuration, store: stores.main, clock }, new AbortController().signal);
  expect(gone.conversations).toBe(1);
  expect((await conversations.list({ limit: 9 })).map(({ id }) => id)).toEqual(['young']);
  const mentions = await kysely.selectFrom('concept_mention').select('conversation_id').execute();
  expect(mentions).toEqual([{ conversation_id: 'young' }]);
});

it('forgets the keys of sealed records long after the last of them', async () => {
  const { sealingKeys } = stores.main;
  const [projectId] = stores.projectIds;
  const keyOf = (id: string, ageDays: number) => {
    const at = NOW - ageDays * DAY_MS;
    return { id, projectId, wrappedBy: 'local:1', wrapped: 'ab'.repeat(60), createdAt: at, receivedAt: at };
  };
  // Reports are kept longest, 400 days; 30 more, and the two that a key may serve.
  await sealingKeys.add([keyOf('old', 433), keyOf('young', 431)]);
  await pruning({ configuration, store: stores.main, clock }, new AbortController().signal);
  expect(await sealingKeys.find('old', projectId)).toEqual([]);
  expect(await sealingKeys.find('young', projectId)).toHaveLength(1);
});

it('forgets what was foretold of runs as long ago as runs are kept', async () => {
  const { predictions } = stores.main;
  const days = configuration.jobEngine.runDays;
  const measured = { count: 3, came: 1, warnings: 1, hits: 1, precision: 1, recall: 1 };
  const rest = { modelVersion: 1, probability: 0.9, isWarning: true, mayAlert: false, because: [], judged: null };
  const foretold = [days + 1, days - 1].map((age) => {
    const at = NOW - age * DAY_MS;
    return {
      ...rest,
      jobId: 'sync',
      event: 'lateness' as const,
      madeAt: at,
      forAt: at,
      measured,
      asLastTime: measured,
    };
  });
  await predictions.keep(foretold);
  await pruning({ configuration, store: stores.main, clock }, new AbortController().signal);
  expect(await predictions.open('sync')).toEqual([foretold[1]]);
});
