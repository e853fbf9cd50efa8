import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/core/notify/index.ts';
import type { Report, StoredReport, ToldReport } from '../../src/core/reports/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2031, 0, 1);
const clock = { now: () => NOW };

describe.each(DATABASES)('reports, outbox and deliveries in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeAll(async () => {
    stores = await open({ clock });
  });
  afterAll(() => stores.close());

  const report = (id: string, changes: Partial<StoredReport> = {}): StoredReport => ({
    id,
    projectId: 1,
    service: 'shop',
    status: 'OK',
    occasion: 'schedule',
    from: NOW - 1_000,
    to: NOW,
    madeAt: NOW,
    intervalMs: 900_000,
    errors: 0,
    warnings: 0,
    problem: null,
    ...changes,
  });

  it('keeps every report with its content and its outbox row, and gives the newest of each service', async () => {
    const { reports, outbox } = stores.main;
    const content = { schema: 'guardian.report/1', text: 'é'.repeat(4_000) } as unknown as Report;
    await reports.add(report('r-1'), content);
    await reports.add(report('r-2', { madeAt: NOW + 5, status: 'CRITICAL' }), content);
    await reports.add(report('r-3', { madeAt: NOW + 5, service: 'mail' }), content);
    await reports.add(
      report('r-4', { madeAt: NOW + 9, service: null, projectId: null, status: 'could not look', problem: 'away' }),
      null,
    );
    expect(await reports.get('r-1')).toEqual({ about: report('r-1'), content });
    expect((await reports.get('r-4'))?.content).toBeNull();
    expect(await reports.get('r-9')).toBeNull();
    expect((await reports.newest()).map(({ id }) => id).sort()).toEqual(['r-2', 'r-3', 'r-4']);
    const all = { projectId: null, service: null, status: null, cursor: null, limit: 2 };
    const first = await reports.list(all);
    const second = await reports.list({ ...all, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['r-4', 'r-3', 'r-2', 'r-1']);
    expect(second.nextCursor).toBeNull();
    expect((await reports.list({ ...all, service: 'shop', status: 'CRITICAL' })).items.map(({ id }) => id)).toEqual([
      'r-2',
    ]);
    const due = await outbox.due(['report-made'], 10);
    expect(due.map(({ subjectId, payload }) => [subjectId, payload?.status])).toEqual([
      ['r-1', 'OK'],
      ['r-2', 'CRITICAL'],
      ['r-3', 'OK'],
      ['r-4', 'could not look'],
    ]);
    await expect(reports.add(report('r-1'), null)).rejects.toMatchObject({ code: 'conflict' });
    expect(await outbox.due(['report-made'], 10)).toHaveLength(4);
    await expect(reports.list({ ...all, cursor: 'made-up' })).rejects.toMatchObject({ code: 'payload_invalid' });
  });

  it('gives outbox rows until they are taken up, of the kinds asked for', async () => {
    const { outbox } = stores.main;
    const due = await outbox.due(['report-made'], 2);
    expect(due).toHaveLength(2);
    await outbox.done(
      due.map(({ id }) => id),
      NOW,
    );
    expect((await outbox.due(['report-made'], 10)).map(({ id }) => id)).not.toContain(due[0]!.id);
    expect(await outbox.due(['issue-opened'], 10)).toEqual([]);
    expect(await outbox.due([], 10)).toEqual([]);
  });

  const delivery = (id: string, changes: Partial<Delivery> = {}) => ({
    id,
    occasion: 'shop:r-2',
    channel: 'email' as const,
    recipient: 'ann@example.com',
    message: { subject: 'S', text: 'T', html: '<p>é</p>'.repeat(500), attachments: [], date: NOW, language: 'en' },
    about: { projectId: stores.projectIds[0], service: 'shop', status: 'CRITICAL' as const, issues: ['a'] },
    createdAt: NOW,
    ...changes,
  });

  it('queues one mail for an occasion, recipient and channel, and shows it as screens of before know it', async () => {
    const { deliveries, notifications } = stores.main;
    expect(await deliveries.queue(delivery('d-1'))).toBe(true);
    expect(await deliveries.queue(delivery('d-2'))).toBe(false);
    expect(await deliveries.queue(delivery('d-3', { recipient: 'bob@example.com', createdAt: NOW + 10 }))).toBe(true);
    expect(await deliveries.get('d-1')).toMatchObject({ ...delivery('d-1'), message: { subject: 'S', text: 'T' } });
    expect((await notifications.log.get('d-1'))?.delivery).toMatchObject({
      key: 'shop:r-2',
      recipientId: '',
      address: 'ann@example.com',
      occasion: 'report_ready',
      state: 'pending',
      title: 'S',
      dueAt: NOW,
    });
    const settled = { nextAttemptAt: NOW, sentAt: NOW + 5, lastError: null, receipt: '250 ok' };
    await deliveries.settle('d-1', { state: 'sent', ...settled });
    for (const [old, state] of [
      ['stored', 'stored'],
      ['failed', 'dead'],
    ] as const) {
      await deliveries.settle('d-3', { state: old, ...settled, sentAt: null });
      expect((await deliveries.get('d-3'))?.state).toBe(old);
      expect((await notifications.log.get('d-3'))?.delivery.state).toBe(state);
    }
  });

  it('lists mails newest first, and knows what a recipient was told of a service of a project', async () => {
    const { deliveries, notifications } = stores.main;
    const first = await deliveries.list({ cursor: null, limit: 1 });
    const second = await deliveries.list({ cursor: first.nextCursor, limit: 5 });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['d-3', 'd-1']);
    const [projectId, other] = stores.projectIds;
    const told = (changes: object = {}) =>
      deliveries.told({ projectId, service: 'shop', recipient: 'ann@example.com', since: NOW - 1, ...changes });
    const earlier = { at: NOW, status: 'CRITICAL', issues: ['a'], occasion: 'shop:r-2' };
    expect(await told()).toEqual([earlier]);
    for (const changes of [{ service: 'mail' }, { projectId: other }, { projectId: null }, { since: NOW }])
      expect(await told(changes)).toEqual([]);
    const about = { projectId, service: 'shop', status: 'DEGRADED' as const, issues: ['b'] };
    await deliveries.queue(delivery('d-4', { occasion: 'other', createdAt: NOW + 99, about }));
    expect(await told()).toEqual([{ at: NOW + 99, status: 'DEGRADED', issues: ['b'], occasion: 'other' }, earlier]);
    const settled = { nextAttemptAt: NOW, sentAt: null, lastError: '550', receipt: null };
    await deliveries.settle('d-4', { state: 'failed', ...settled });
    expect(await told()).toEqual([earlier]);
    expect(await stores.main.counts.deliveries()).toEqual(
      expect.arrayContaining([
        { state: 'failed', count: 2 },
        { state: 'sent', count: 1 },
      ]),
    );
    expect(await notifications.claim({ at: NOW + 1_000, holdMs: 1_000, limit: 10, busy: [] })).toEqual([]);
  });

  it('remembers with a report what people were told of its service and project; a row of before holds the last alone', async () => {
    const { reports, kysely } = stores.main;
    const seen: (readonly ToldReport[])[] = [];
    const add = (id: string, told: ToldReport[] | null, about: Partial<StoredReport> = {}) =>
      reports.add(report(id, { service: 'told', ...about }), null, (before) => {
        seen.push(before);
        return told;
      });
    const told = (at: number): ToldReport => ({ at, status: 'CRITICAL', issues: ['a'] });
    await add('t-1', [told(1)]);
    await add('t-2', null);
    await add('t-3', [told(2), told(1)], { projectId: 2 });
    await add('t-4', null, { projectId: 2 });
    expect(seen).toEqual([[], [told(1)], [], [told(2), told(1)]]);
    const name = 'report.told:[1,"told"]';
    await kysely
      .updateTable('setting')
      .set({ value: JSON.stringify(told(3)) })
      .where('name', '=', name)
      .execute();
    await add('t-5', null);
    expect(seen.at(-1)).toEqual([told(3)]);
  });
});
