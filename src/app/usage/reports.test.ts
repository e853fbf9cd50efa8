import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema.ts';
import { makeShop, NOW, openTestServer, type TestServer } from '../../server/server-fixtures.ts';
import { sendUsage, useRecord } from '../../server/usage/usage-fixtures.ts';
import { openUsageReports } from './reports.ts';
import { createUsageSummaries, periodText } from './summaries.ts';

const HOUR = 60 * 60_000;
/** Eight o’clock, a quarter of an hour before the test's now. */
const TICK = Date.parse('2026-01-31T08:00:00.000Z');
const ago = (at: number) => NOW - at;
const ignored = { generatedAt: null, lastRecordAt: null };

let server: TestServer;
let key: string;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'guardian-usage-'));
  server = await openTestServer();
  ({ key } = await makeShop(server));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function open() {
  const { store, clock } = server;
  const configuration = configurationSchema.parse({ dataFolder: folder });
  const summaries = createUsageSummaries({ store, timeZone: 'UTC', kept: configuration.usage, clock });
  return openUsageReports({ configuration, folder, store, summaries, clock });
}
const signal = new AbortController().signal;

describe('the report of usage', () => {
  it('is of the two hours before its tick, half-open, and the same when it is made up later', async () => {
    await sendUsage(server, key, [
      useRecord('ana', ago(TICK - 2 * HOUR)),
      useRecord('ana', ago(TICK - 1)),
      useRecord('ana', ago(TICK)),
      useRecord('bob', ago(TICK - 2 * HOUR - 1), { durationMs: 0 }),
      useRecord(null, ago(TICK - HOUR), { status: 404, feature: '(unmatched)', endpoint: '(unmatched)' }),
    ]);
    const reports = open();
    const first = await reports.make({ tick: TICK, askedAt: NOW, signal });
    expect(first).toMatchObject({ period: '2026-01-31 06:00 - 08:00', total_requests: 3, active_users: 1 });
    server.clock.pass(26 * HOUR);
    const again = await reports.make({ tick: TICK, askedAt: server.clock.now(), signal });
    expect({ ...again, meta: { ...again.meta, ...ignored } }).toEqual({
      ...first,
      meta: { ...first.meta, ...ignored },
    });
    const { kysely } = server.store;
    expect(await kysely.selectFrom('usage_report').selectAll().execute()).toHaveLength(1);
    // Told once, however often it is made.
    expect(await kysely.selectFrom('outbox').selectAll().where('kind', '=', 'usage-reported').execute()).toHaveLength(
      1,
    );
    expect(JSON.parse(readFileSync(reports.file, 'utf8'))).toEqual(await reports.newest());
  });

  it('tells nobody where no record ever came', async () => {
    const reports = open();
    expect((await reports.make({ tick: TICK, askedAt: NOW, signal })).total_requests).toBe(0);
    expect(await server.store.kysely.selectFrom('outbox').selectAll().execute()).toEqual([]);
  });
});

describe('the period of a summary', () => {
  it('is local, with the second date where it is another, also when clocks change', () => {
    const from = Date.parse('2025-10-19T12:00:00Z');
    expect(periodText({ from, to: from + 2 * HOUR }, 'Europe/Paris')).toBe('2025-10-19 14:00 - 16:00');
    expect(periodText({ from: from + 8 * HOUR, to: from + 10 * HOUR }, 'Europe/Paris')).toBe(
      '2025-10-19 22:00 - 2025-10-20 00:00',
    );
    const change = Date.parse('2025-10-26T00:00:00Z');
    expect(periodText({ from: change, to: change + 2 * HOUR }, 'Europe/Paris')).toBe('2025-10-26 02:00 - 03:00');
  });
});
