import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../../test/contract/open-stores.ts';
import { GuardianError } from '../../shared/index.ts';
import { ANA, directoryOf, MINUTE, NOON, TO_ANA } from '../acceptance-fixtures.ts';
import { DEFAULT_NOTIFY_KNOBS, type NotifyKnobs } from '../knobs.ts';
import type { IntakeStore } from '../ports.ts';
import type { Directory } from '../routes/directory.ts';
import { createIntake } from './take-in.ts';

let now = NOON;
const clock = { now: () => now };
let stores: OpenedStores;
beforeEach(async () => {
  now = NOON;
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(() => stores.close());

async function addRow(kind: string, payload: object, subject = 's-1') {
  const row = { at: now, kind, project_id: null, subject_id: subject, payload: JSON.stringify(payload), done_at: null };
  await stores.main.kysely.insertInto('outbox').values(row).execute();
}
const fired = (subject: string, more: object = {}, kind = 'alert-fired') =>
  addRow(
    kind,
    {
      telling: `${subject}:1:${kind}`,
      alert: {
        type: 'TOO_DRY',
        dedupeKey: subject,
        severity: 'error',
        firing: 1,
        subject: { kind: 'piano', id: subject, name: subject, labels: {} },
        ...more,
      },
    },
    subject,
  );
const failures: string[] = [];
function pass({
  directory = directoryOf(),
  knobs,
  store,
  sharedKinds = [],
}: {
  directory?: Directory;
  knobs?: Partial<NotifyKnobs>;
  store?: IntakeStore;
  sharedKinds?: string[];
} = {}) {
  failures.length = 0;
  return createIntake({
    store: store ?? stores.main.notifications,
    directory,
    knobs: { ...DEFAULT_NOTIFY_KNOBS, groupMs: 0, ...knobs },
    clock,
    sharedKinds,
    onFailure: (what, { code }) => failures.push(`${what}: ${code}`),
  }).pass();
}
const told = async () =>
  (await stores.main.notifications.log.list({}, { cursor: null, limit: 100 })).items
    .map(({ title, recipientId, channel, isUnrouted, state, reason }) =>
      [title, recipientId, channel, isUnrouted ? 'unrouted' : 'routed', reason ?? state].join(' '),
    )
    .sort();

describe('what happened', () => {
  it('is taken up once, all that waits, and told to whom the routes say', async () => {
    await fired('hall');
    await fired('foyer');
    await addRow('run-finished', { jobId: 'a', label: 'A', status: 'success', isFailing: false });
    expect(await pass()).toBe(3);
    expect(await pass()).toBe(0);
    expect(await told()).toEqual(['TOO_DRY, foyer ana email routed pending', 'TOO_DRY, hall ana email routed pending']);
  });

  it('F15: that no route matches goes to the administrators, and says so', async () => {
    await addRow('job-late', { jobId: 'a', label: 'A', what: 'start', tick: 1 }, 'a');
    await pass({
      directory: directoryOf([ANA, { ...ANA, id: 'bo', roles: [] }], [{ ...TO_ANA, occasions: ['alert_fired'] }]),
    });
    expect(await told()).toEqual(['A ana email unrouted pending']);
    const [delivery] = (await stores.main.notifications.log.list({ isUnrouted: true }, { cursor: null, limit: 9 }))
      .items;
    expect(delivery).toMatchObject({ routes: [], isUnrouted: true });
  });

  it('F15: that concerns nobody at all is a row without a delivery, and is taken up', async () => {
    await fired('hall');
    expect(await pass({ directory: { recipients: [], routes: [], rotations: [] } })).toBe(1);
    expect(await told()).toEqual([]);
    expect(await stores.main.kysely.selectFrom('notification').select(['key', 'is_unrouted']).execute()).toEqual([
      { key: 'alert:hall:1:alert-fired', is_unrouted: 1 },
    ]);
  });

  it('goes up a step to those it names, and to nobody as unrouted', async () => {
    const bo = { ...ANA, id: 'bo', roles: [] };
    const escalation = [{ afterMs: MINUTE, to: ['bo'], channels: ['email' as const], severityAtLeast: null }];
    await fired('hall', { step: 1 }, 'alert-escalated');
    await pass({ directory: directoryOf([ANA, bo], []), knobs: { escalation } });
    expect(await told()).toEqual(['TOO_DRY, hall bo email routed pending']);
  });

  it('stays for those who take it up as well', async () => {
    await addRow('issue-opened', { title: 'TypeError', severity: 17, signal: null, service: 'shop' }, 'issue-1');
    await pass({ sharedKinds: ['issue-opened'] });
    expect(await told()).toEqual(['TypeError ana email unrouted pending']);
    expect(await stores.main.outbox.due(['issue-opened'], 9)).toHaveLength(1);
  });

  it('F16: is told once by any number of processes that take it up at the same time', async () => {
    for (let index = 0; index < 20; index++) await fired(`piano-${index}`);
    await Promise.all([pass(), pass(), pass(), pass()]);
    expect(await told()).toHaveLength(20);
  });
});

describe('a row that cannot be told of', () => {
  const failing = (code: 'internal' | 'store_unavailable'): IntakeStore => ({
    ...stores.main.notifications,
    accept: async (entries, plan, at) => {
      if (entries.some(({ notification }) => notification?.about.id === 'bad')) throw new GuardianError(code);
      return stores.main.notifications.accept(entries, plan, at);
    },
  });

  it('is told as a failure, passed over, and holds up no other', async () => {
    for (const subject of ['a', 'bad', 'c']) await fired(subject);
    expect(await pass({ store: failing('internal') })).toBe(3);
    expect(failures).toEqual(['alert-fired bad: internal']);
    expect(await told()).toHaveLength(2);
    expect(await pass()).toBe(0);
  });

  it('because the store is away stays, with all the others', async () => {
    for (const subject of ['a', 'bad', 'c']) await fired(subject);
    await expect(pass({ store: failing('store_unavailable') })).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await told()).toEqual([]);
    expect(await pass()).toBe(3);
  });
});
