import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2026, 0, 31);

describe.each(DATABASES)('counts for the figures in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  it('are nothing where nothing is', async () => {
    const { counts } = stores.main;
    expect(await counts.alerts()).toEqual([]);
    expect(await counts.jobs()).toEqual({ queued: 0, running: 0, failing: 0 });
    expect(await counts.outbox(['issue-opened'])).toEqual({ rows: 0, oldestAt: null });
    expect(await counts.oldestDueDelivery(NOW)).toBeNull();
  });

  it('tell how many changes wait for their message, and since when', async () => {
    const { counts, kysely } = stores.main;
    const row = { project_id: null, subject_id: 'i-1', payload: null, done_at: null };
    await kysely
      .insertInto('outbox')
      .values([
        { ...row, kind: 'issue-opened', at: NOW - 9_000, told_at: NOW },
        { ...row, kind: 'issue-opened', at: NOW - 5_000, told_at: null },
        { ...row, kind: 'run-failed', at: NOW - 7_000, told_at: null },
        { ...row, kind: 'nobody-is-told', at: NOW - 60_000, told_at: null },
      ])
      .execute();
    expect(await counts.outbox(['issue-opened', 'run-failed'])).toEqual({ rows: 2, oldestAt: NOW - 7_000 });
  });

  it('tell since when a delivery is due, and nothing of those whose time has not come', async () => {
    const { counts, deliveries, kysely } = stores.main;
    const message = { from: 'a@b.c', to: 'd@e.f', subject: 'S', text: 'T', html: '', date: NOW, language: 'en' };
    const about = { service: 'shop', status: 'OK', issues: [] };
    for (const id of ['d-1', 'd-2', 'd-3']) {
      await deliveries.queue({
        ...{ id, occasion: id, channel: 'email', recipient: 'd@e.f', createdAt: NOW },
        message: message as never,
        about: about as never,
      });
    }
    const at = (id: string, next_attempt_at: number) =>
      kysely.updateTable('delivery').set({ next_attempt_at }).where('id', '=', id).execute();
    await at('d-1', NOW - 3_000);
    await at('d-2', NOW - 8_000);
    await at('d-3', NOW + 5_000);
    expect(await counts.oldestDueDelivery(NOW)).toBe(NOW - 8_000);
    expect(await counts.oldestDueDelivery(NOW - 10_000)).toBeNull();
    await kysely.updateTable('delivery').set({ state: 'sent' }).where('id', '=', 'd-2').execute();
    expect(await counts.oldestDueDelivery(NOW)).toBe(NOW - 3_000);
  });
});
