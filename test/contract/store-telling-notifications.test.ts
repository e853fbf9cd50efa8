import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  ChannelKind,
  ClaimedMessage,
  DeliveryPlan,
  IntakeEntry,
  Message,
  Notification,
  Settlement,
} from '../../src/core/notify/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2031, 0, 1);
const MINUTE = 60_000;
const clock = { now: () => NOW };

describe.each(DATABASES)('notifications and their deliveries in $name', ({ open }) => {
  let stores: OpenedStores;
  beforeAll(async () => {
    stores = await open({ clock });
  });
  afterAll(() => stores.close());
  beforeEach(async () => {
    const { kysely } = stores.main;
    for (const table of ['outbox', 'notification', 'delivery', 'delivery_attempt', 'channel_health'] as const)
      await kysely.deleteFrom(table).execute();
  });

  const notification = (key: string, more: Partial<Notification> = {}): Notification => ({
    id: `n-${key}`,
    occasion: 'alert_fired',
    key,
    dedupeKey: 'dry:hall',
    at: NOW,
    severity: 'warning',
    projectId: 1,
    match: { job: null, type: 'TOO_DRY', service: null, labels: { place: 'hall' } },
    about: { kind: 'alert', id: 'a-1', firing: 1 },
    facts: {
      title: 'TOO_DRY, hall',
      subject: 'hall',
      value: '28.5 %',
      threshold: null,
      since: NOW,
      cause: null,
      advice: null,
      path: '/alerts/a-1',
      details: [],
    },
    ...more,
  });
  const target = (address: string, channel: ChannelKind = 'email', recipientId = 'ana') => ({
    recipientId,
    channel,
    address,
    routes: ['syncs'],
  });
  const entry = (told: Notification | null, more: Partial<IntakeEntry> = {}): IntakeEntry => ({
    outboxId: null,
    isDone: true,
    notification: told,
    targets: [target('ana@piano.ca')],
    isUnrouted: false,
    isRepeat: false,
    episode: 'alert:a-1:1',
    isEnd: false,
    mirroredBy: null,
    ...more,
  });
  const asked: string[] = [];
  const plan: DeliveryPlan = {
    toldMs: 30 * MINUTE,
    messagesMs: 10 * MINUTE,
    toldKey: (address, { occasion, dedupeKey }) => `${address} ${occasion} ${dedupeKey}`,
    decide(_entry, { key }, _target, { told, messages }) {
      asked.push(`${key}: ${[...told.keys()].join()} / ${messages.length}`);
      return { state: 'pending' };
    },
  };
  const accept = (entries: readonly IntakeEntry[], given: Partial<DeliveryPlan> = {}, at = NOW) =>
    stores.main.notifications.accept(entries, { ...plan, ...given }, at);
  const claim = (at = NOW, more: { limit?: number; busy?: { channel: ChannelKind; address: string }[] } = {}) =>
    stores.main.notifications.claim({ at, holdMs: 1_000, limit: 10, busy: [], ...more });
  const claimsOf = ({ deliveries }: ClaimedMessage) =>
    deliveries.map(({ id, attempts }) => ({ id, attempt: attempts }));
  const message = (told: Notification[] = []): Message => ({
    subject: 'é'.repeat(2_000),
    text: 't',
    html: 'h',
    short: 's',
    attachments: [],
    date: NOW,
    language: 'fr',
    severity: 'warning',
    action: 'trigger',
    dedupeKey: 'dry:hall',
    url: null,
    acknowledgeUrl: null,
    notifications: told,
  });
  const settlement = (claimed: ClaimedMessage, more: Partial<Settlement> = {}): Settlement => ({
    deliveries: claimsOf(claimed),
    channel: claimed.channel,
    address: claimed.address,
    state: 'sent',
    startedAt: NOW,
    at: NOW + 7,
    nextAttemptAt: NOW + 7,
    error: null,
    receipt: '250',
    providerId: 'p-1',
    isLaneOpened: false,
    message: message(claimed.notifications),
    ...more,
  });
  const states = async () => {
    const { items } = await stores.main.notifications.log.list({}, { cursor: null, limit: 100 });
    return Object.fromEntries(items.map(({ key, address, state, reason }) => [`${key} ${address}`, reason ?? state]));
  };
  async function addRow(kind = 'alert-fired') {
    const { id } = await stores.main.kysely
      .insertInto('outbox')
      .values({ at: NOW, kind, project_id: 1, subject_id: 'a-1', payload: '{"a":1}', done_at: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  it('C2: takes an outbox row up with what comes of it, or not at all', async () => {
    const { notifications, outbox } = stores.main;
    const id = await addRow();
    expect(await notifications.untold(10)).toMatchObject([{ id, subjectId: 'a-1', payload: { a: 1 } }]);
    const failing = () => {
      throw new Error('in the middle');
    };
    await expect(accept([entry(notification('k'), { outboxId: id })], { decide: failing })).rejects.toThrow();
    expect([await notifications.untold(10), await states()]).toMatchObject([[{ id }], {}]);
    const made = await accept([entry(notification('k'), { outboxId: id })]);
    expect(made).toMatchObject([
      {
        key: 'k',
        recipientId: 'ana',
        address: 'ana@piano.ca',
        routes: ['syncs'],
        alertId: 'a-1',
        firing: 1,
        state: 'pending',
        title: 'TOO_DRY, hall',
        dueAt: NOW,
      },
    ]);
    expect([await notifications.untold(10), await outbox.due(['alert-fired'], 10)]).toEqual([[], []]);
  });

  it('leaves a row that somebody else takes up as well to them', async () => {
    const id = await addRow('issue-opened');
    await accept([entry(null, { outboxId: id, isDone: false, targets: [] })]);
    expect(await stores.main.notifications.untold(10)).toEqual([]);
    expect(await stores.main.outbox.due(['issue-opened'], 10)).toMatchObject([{ id }]);
  });

  it('F7, F16, C6: tells nobody twice, however many take the same up at once', async () => {
    const id = await addRow();
    const all = await Promise.all(
      [1, 2, 3, 4].map(() => accept([entry(notification('k'), { outboxId: id }), entry(notification('k'))])),
    );
    expect(all.flat()).toHaveLength(1);
    const twice = [target('ana@piano.ca'), target('ana@piano.ca'), target('ana@piano.ca', 'email', 'bo')];
    expect(await accept([entry(notification('k2'), { targets: twice })])).toHaveLength(2);
  });

  it('F16: tells nothing again that was suppressed, dead or sent: the key counts over all states', async () => {
    await accept([entry(notification('k'))], { decide: () => ({ state: 'suppressed', reason: 'cooldown' }) });
    expect(await accept([entry(notification('k'))])).toEqual([]);
    expect(await states()).toEqual({ 'k ana@piano.ca': 'cooldown' });
  });

  it('lets the policy know what was told of late, also within the transaction', async () => {
    asked.length = 0;
    await accept([entry(notification('k1')), entry(notification('k2', { dedupeKey: 'dry:foyer' }))]);
    await accept([entry(notification('k3'))], {}, NOW + MINUTE);
    await accept([entry(notification('k4'))], {}, NOW + 31 * MINUTE - 1);
    await accept([entry(notification('k5'))], {}, NOW + 62 * MINUTE);
    expect(asked).toEqual([
      'k1:  / 0',
      'k2:  / 0',
      'k3: ana@piano.ca alert_fired dry:hall / 2',
      'k4: ana@piano.ca alert_fired dry:hall / 0',
      'k5:  / 0',
    ]);
  });

  it('claims what is due once, groups whole, and nothing before an earlier one of its key', async () => {
    const rows = [await addRow(), await addRow(), await addRow(), await addRow()];
    const held = { state: 'held', reason: 'grouped', releaseAt: NOW + 500, group: 'g-1' } as const;
    await accept([entry(notification('k1'), { outboxId: rows[0]! })]);
    await accept([entry(notification('k2'), { outboxId: rows[1]! })]);
    await accept(
      [
        entry(notification('k3', { dedupeKey: 'b' }), { outboxId: rows[2]! }),
        entry(notification('k4', { dedupeKey: 'c' }), { outboxId: rows[3]! }),
      ],
      { decide: () => held },
    );
    expect(await claim(NOW - 1)).toEqual([]);
    const claims = await Promise.all([1, 2, 3].map(() => claim()));
    expect(claims.flat().map(({ notifications }) => notifications)).toEqual([[notification('k1')]]);
    const [first] = claims.flat();
    expect(await stores.main.notifications.nextDueAt()).toBe(NOW);
    await stores.main.notifications.settle([settlement(first!)]);
    const [second, group] = await claim(NOW + 500);
    expect(second!.notifications.map(({ key }) => key)).toEqual(['k2']);
    expect([group!.id, group!.notifications.map(({ key }) => key)]).toEqual(['g-1', ['k3', 'k4']]);
    expect(await stores.main.notifications.nextDueAt()).toBe(NOW + 1_500);
  });

  it('leaves busy lanes out, and takes no more than asked for', async () => {
    await accept([entry(notification('k'), { targets: [target('a@p.ca'), target('b@p.ca'), target('+1', 'sms')] })]);
    const busy = [{ channel: 'email' as const, address: 'a@p.ca' }];
    expect((await claim(NOW, { busy })).map(({ address }) => address).sort()).toEqual(['+1', 'b@p.ca']);
    expect(await claim(NOW, { limit: 1 })).toHaveLength(1);
  });

  it('settles what the claim still holds, with the attempt and the words of the other side', async () => {
    const { notifications } = stores.main;
    await accept([entry(notification('k'))]);
    const [claimed] = await claim();
    const failed = { state: 'failed', error: 'reset\0by peer', nextAttemptAt: NOW + 2_000, receipt: null } as const;
    await notifications.settle([settlement(claimed!, failed)]);
    expect(await claim(NOW + 1_999)).toEqual([]);
    const [again] = await claim(NOW + 2_000);
    expect(again).toMatchObject({ message: { subject: 'é'.repeat(2_000) }, deliveries: [{ attempts: 2 }] });
    // Of a claim that was lost meanwhile.
    await notifications.settle([settlement(claimed!)]);
    expect((await notifications.log.get(again!.deliveries[0]!.id))?.delivery.state).toBe('sending');
    await notifications.settle([settlement(again!)]);
    const read = await notifications.log.get(again!.deliveries[0]!.id);
    expect(read).toMatchObject({
      delivery: { state: 'sent', sentAt: NOW + 7, firstAttemptAt: NOW, lastAttemptAt: NOW + 2_000, providerId: 'p-1' },
      notification: notification('k'),
      attempts: [
        { number: 1, outcome: 'failed', error: 'reset\uFFFDby peer', ms: 7 },
        { number: 2, outcome: 'sent', error: null },
      ],
    });
    expect(await notifications.log.health()).toEqual([
      {
        channel: 'email',
        address: 'ana@piano.ca',
        failuresInRow: 0,
        lastSentAt: NOW + 7,
        lastFailedAt: NOW + 7,
        lastError: 'reset\uFFFDby peer',
      },
    ]);
  });

  it('gives claims back untried, and says which are no longer held', async () => {
    const { notifications } = stores.main;
    await accept([entry(notification('k'))]);
    const [claimed] = await claim();
    const own = claimsOf(claimed!);
    expect(await notifications.renew([...own, { id: 'other', attempt: 1 }], NOW + 9_000)).toEqual(['other']);
    expect(await claim(NOW + 8_999)).toEqual([]);
    await notifications.giveBack(own, { kind: 'later', at: NOW + 50 });
    expect((await claim(NOW + 50))[0]?.deliveries).toMatchObject([{ attempts: 1 }]);
    const group = { kind: 'held', reason: 'quiet_hours', releaseAt: NOW + 70, group: 'q', at: NOW } as const;
    await notifications.giveBack(own, group);
    expect((await notifications.log.get(own[0]!.id))?.delivery).toMatchObject({
      state: 'held',
      reason: 'quiet_hours',
      releaseAt: NOW + 70,
      dueAt: NOW + 70,
      attempts: 0,
    });
  });

  it('heeds nobody whose claim has become another’s', async () => {
    const { notifications } = stores.main;
    await accept([entry(notification('k'))]);
    const [late] = await claim();
    const [other] = await claim(NOW + 1_000);
    expect(other?.deliveries).toMatchObject([{ id: late!.deliveries[0]!.id, attempts: 2 }]);
    const own = claimsOf(late!);
    expect(await notifications.renew(own, NOW + 9_000)).toEqual([own[0]!.id]);
    await notifications.giveBack(own, { kind: 'later', at: NOW + 1_001 });
    expect(await claim(NOW + 1_999)).toEqual([]);
    await notifications.settle([settlement(other!)]);
    expect((await notifications.log.get(own[0]!.id))?.delivery).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('tells the end to exactly those who were told, and withdraws what was not sent', async () => {
    const { notifications } = stores.main;
    const targets = [target('sent@p.ca'), target('waits@p.ca'), target('way@p.ca'), target('+1', 'sms')];
    await accept([entry(notification('k1'), { targets })]);
    const claimed = new Map((await claim()).map((one) => [one.address, one]));
    await notifications.settle([
      settlement(claimed.get('sent@p.ca')!),
      settlement(claimed.get('waits@p.ca')!, { state: 'failed', error: 'reset', nextAttemptAt: NOW + 2_000 }),
      settlement(claimed.get('+1')!, { state: 'dead', error: 'no such number' }),
    ]);
    const id = await addRow();
    const end = entry(notification('k2', { occasion: 'alert_resolved' }), { isEnd: true, targets: [], outboxId: id });
    await accept([end], {}, NOW + 10);
    expect(await states()).toEqual({
      'k1 sent@p.ca': 'sent',
      'k1 waits@p.ca': 'ended',
      'k1 way@p.ca': 'sending',
      'k1 +1': 'dead',
      'k2 sent@p.ca': 'pending',
      // It may be told at this moment: its end waits for what comes of it.
      'k2 way@p.ca': 'pending',
    });
    expect((await claim(NOW + 20)).map(({ address }) => address)).toEqual(['sent@p.ca']);
    await notifications.settle([
      settlement(claimed.get('way@p.ca')!, { state: 'failed', error: 'reset', nextAttemptAt: NOW + 3_000 }),
    ]);
    expect(await states()).toMatchObject({ 'k1 way@p.ca': 'ended', 'k2 way@p.ca': 'not_told' });
    // Nobody is left to tell a second time.
    expect(await accept([{ ...end, notification: notification('k3', { occasion: 'alert_resolved' }) }])).toEqual([]);
  });

  it('mirrors what happens to an alert to those whom that channel told, and the episode goes on', async () => {
    const { notifications } = stores.main;
    await accept([entry(notification('k1'), { targets: [target('pagerduty#1', 'pagerduty'), target('a@p.ca')] })]);
    await notifications.settle((await claim()).map((one) => settlement(one)));
    const mirrored = entry(notification('k2'), { targets: [], mirroredBy: ['pagerduty'] });
    expect(await accept([mirrored], {}, NOW + 1)).toMatchObject([{ channel: 'pagerduty', episode: null }]);
    const end = entry(notification('k3', { occasion: 'alert_resolved' }), { isEnd: true, targets: [] });
    expect((await accept([end], {}, NOW + 2)).map(({ channel }) => channel).sort()).toEqual(['email', 'pagerduty']);
  });

  it('forgets what is over its time, with its attempts, and never what is still to leave', async () => {
    const { notifications } = stores.main;
    await accept([entry(notification('k1')), entry(notification('k2', { dedupeKey: 'b' }))]);
    const [first] = await claim(NOW, { limit: 1 });
    await notifications.settle([settlement(first!)]);
    expect(await notifications.forget({ before: NOW, limit: 10 })).toBe(0);
    expect(await notifications.forget({ before: NOW + 1, limit: 10 })).toBe(2);
    expect(await notifications.forget({ before: NOW + 1, limit: 10 })).toBe(0);
    expect(Object.values(await states())).toEqual(['pending']);
    expect(await stores.main.kysely.selectFrom('delivery_attempt').selectAll().execute()).toEqual([]);
  });

  it('finds what did not arrive once, with what stands in for it and one word of each channel', async () => {
    const { notifications } = stores.main;
    await accept([entry(notification('k'), { targets: [target('a@p.ca'), target('b@p.ca')] })]);
    const claimed = await claim();
    await notifications.settle([settlement(claimed[0]!, { state: 'dead', error: '550' }), settlement(claimed[1]!)]);
    const [dead, ...others] = await notifications.undelivered(NOW - 1, 10);
    expect([dead?.state, others]).toEqual(['dead', []]);
    const degraded = { kind: 'guardian-degraded', projectId: null, subjectId: 'channel:email', payload: {} };
    const entries = [{ delivery: dead!, targets: [target('+1', 'sms')], degraded }];
    const made = await Promise.all([notifications.standIn(entries, NOW + 5), notifications.standIn(entries, NOW + 5)]);
    expect(made.flat()).toMatchObject([
      { fallbackOf: dead!.id, channel: 'sms', key: 'k', state: 'pending', attempts: 0 },
    ]);
    expect(await notifications.undelivered(NOW - 1, 10)).toEqual([]);
    expect(await notifications.untold(10)).toHaveLength(1);
    expect((await claim(NOW + 5))[0]).toMatchObject({ channel: 'sms', notifications: [{ key: 'k' }] });
  });

  it('C3: the log finds deliveries by what they are, where they go and what they tell of', async () => {
    const { log } = stores.main.notifications;
    await accept([
      entry(notification('k1'), { targets: [target('a@p.ca'), target('+1', 'sms', 'bo')] }),
      entry(
        notification('k2', { id: 'n-2', occasion: 'job_failed', about: { kind: 'run', id: 'r-1', firing: null } }),
        {
          isUnrouted: true,
          targets: [{ ...target('a@p.ca'), routes: ['100%_"!'] }],
        },
      ),
    ]);
    const found = async (filter: Parameters<typeof log.list>[0]) =>
      (await log.list(filter, { cursor: null, limit: 10 })).items.map(({ key, channel }) => `${key} ${channel}`).sort();
    expect(await found({ channels: ['sms'] })).toEqual(['k1 sms']);
    expect(await found({ recipientId: 'bo' })).toEqual(['k1 sms']);
    expect(await found({ alertId: 'a-1' })).toEqual(['k1 email', 'k1 sms']);
    expect(await found({ aboutId: 'r-1' })).toEqual(['k2 email']);
    expect(await found({ occasions: ['job_failed'], states: ['pending'] })).toEqual(['k2 email']);
    expect(await found({ states: [] })).toEqual([]);
    expect(await found({ route: '100%_"!' })).toEqual(['k2 email']);
    expect(await found({ route: '100' })).toEqual([]);
    expect(await found({ isUnrouted: true, from: NOW, to: NOW + 1 })).toEqual(['k2 email']);
    expect(await found({ from: NOW + 1 })).toEqual([]);
    expect(await log.counts({ alertId: 'a-1' })).toMatchObject({ pending: 2, sent: 0 });
    const first = await log.list({}, { cursor: null, limit: 2 });
    const second = await log.list({}, { cursor: first.nextCursor, limit: 2 });
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
    expect(await log.totals(NOW)).toEqual([
      { occasion: 'alert_fired', channel: 'email', state: 'pending', count: 1 },
      { occasion: 'alert_fired', channel: 'sms', state: 'pending', count: 1 },
      { occasion: 'job_failed', channel: 'email', state: 'pending', count: 1 },
    ]);
    expect(await log.totals(NOW + 1)).toEqual([]);
  });

  it('makes one turn of many deciders: of two that come at once the second knows of the first', async () => {
    const known: number[] = [];
    const decide: DeliveryPlan['decide'] = (_entry, _told, _target, { told }) => {
      known.push(told.size);
      return { state: 'pending' };
    };
    await Promise.all(['k1', 'k2', 'k3'].map((key) => accept([entry(notification(key))], { decide })));
    expect(known).toEqual([0, 1, 1]);
  });
});
