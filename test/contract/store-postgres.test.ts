import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../src/adapters/free-port.ts';
import { openStore, type Store } from '../../src/adapters/store/sql/index.ts';
import { at, event } from '../../src/core/issues/event-fixtures.ts';
import { openPostgres } from '../fixtures/postgres.ts';
import { appended } from './stored-events.ts';

const clock = { now: () => at(0) };
let server: Awaited<ReturnType<typeof openPostgres>>;
let store: Store;
beforeAll(async () => {
  server = await openPostgres();
  store = await openStore({
    dialect: { kind: 'postgres', url: await server.createDatabase() },
    role: 'main',
    clock,
    knobs: { busyTimeoutMs: 2_000 },
  });
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

it('PostgreSQL restarted in the middle of appends: errors say to try again, nothing acknowledged is lost, nothing doubled', async () => {
  const acknowledged = new Set<string>();
  const codes = new Set<string>();
  let isRestarted = false;
  let afterRestart = 0;
  async function sender(name: string): Promise<void> {
    for (let number = 0; afterRestart < 40; number++) {
      const events = [0, 1, 2, 3, 4].map((index) =>
        event({ id: `${name}.${number}.${index}`, body: 'sent', time: at(number) }),
      );
      const batch = appended(1, events, { at: at(0), isCandidate: true });
      while (!acknowledged.has(events[0]!.id)) {
        try {
          await store.events.append(batch);
          for (const { id } of events) acknowledged.add(id);
          if (isRestarted) afterRestart++;
        } catch (error) {
          const { code, kind } = error as { code: string; kind: { isRetryable: boolean } };
          codes.add(`${code} ${kind.isRetryable}`);
        }
      }
    }
  }
  const restart = async () => {
    await server.restart();
    isRestarted = true;
  };
  await Promise.all([sender('a'), sender('b'), sender('c'), restart()]);
  expect([...codes]).toEqual(['store_unavailable true']);
  const rows = await store.kysely.selectFrom('event').select('id').execute();
  expect(rows).toHaveLength(acknowledged.size);
  expect(new Set(rows.map(({ id }) => id))).toEqual(acknowledged);
  const counted = await store.kysely
    .selectFrom('event_count')
    .select(({ fn }) => fn.sum<number>('events').as('events'))
    .where('width', '=', 60_000)
    .executeTakeFirstOrThrow();
  expect(counted.events).toBe(acknowledged.size);
  expect(await store.fold.queued(0, 100_000)).toHaveLength(acknowledged.size);
});

it('names the server that cannot be reached, without its password', async () => {
  const port = await freePort();
  const url = `postgres://guardian:hunter2@127.0.0.1:${port}/guardian`;
  const refused = await openStore({ dialect: { kind: 'postgres', url }, role: 'main', clock }).catch((error) => error);
  expect(refused).toMatchObject({
    code: 'store_unavailable',
    about: { path: `postgres://127.0.0.1:${port}/guardian` },
  });
  expect(JSON.stringify(refused.about)).not.toContain('hunter2');
});

it('keeps to the connections that it is given, those of its queues among them', async () => {
  const url = await server.createDatabase();
  const bounded = await openStore({ dialect: { kind: 'postgres', url, poolSize: 5 }, role: 'main', clock });
  try {
    const asked = Array.from({ length: 30 }, () => [
      sql`SELECT pg_sleep(0.02)`.execute(bounded.kysely),
      bounded.notifications.untold(10),
    ]);
    await Promise.all(asked.flat());
    // What was opened stays open for a while.
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = ${new URL(url).pathname.slice(1)}`.execute(
      store.kysely,
    );
    expect(rows[0]!.count).toBe(5);
  } finally {
    await bounded.close();
  }
});
