import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIntake, DEFAULT_NOTIFY_KNOBS, type Directory } from '../../src/core/notify/index.ts';
import { DATABASES, type OpenedStores } from './open-stores.ts';

const NOW = Date.UTC(2026, 5, 10, 12);

const person = (id: string) => ({
  id,
  name: id,
  roles: [],
  addresses: { email: [`${id}@example.com`] },
  timeZone: 'UTC',
  language: 'en' as const,
  quietHours: null,
});

describe.each(DATABASES)('what becomes of a fix, told from $name', ({ open }) => {
  let stores: OpenedStores;
  beforeEach(async () => {
    stores = await open({ clock: { now: () => NOW } });
  });
  afterEach(() => stores.close());

  it('goes to those who were told of its issue and to those whom routes name, each once', async () => {
    const { main, projectIds } = stores;
    const add = (kind: string, subject: string, payload: object) =>
      main.kysely
        .insertInto('outbox')
        .values({
          at: NOW,
          kind,
          project_id: projectIds[0],
          subject_id: subject,
          payload: JSON.stringify(payload),
          done_at: null,
        })
        .execute();
    const match = { severityAtLeast: null, jobs: [], types: [], services: [], labels: {} };
    const directory: Directory = {
      recipients: [person('ana'), person('ben'), person('eve')],
      rotations: [],
      routes: [
        { name: 'issues', occasions: ['issue_opened'], match, to: ['ana'], channels: ['email'] },
        { name: 'fixes', occasions: ['fix_verified'], match, to: ['ana', 'ben'], channels: ['email'] },
      ],
    };
    const clock = { now: () => NOW };
    const intake = createIntake({
      store: main.notifications,
      directory,
      knobs: DEFAULT_NOTIFY_KNOBS,
      clock,
      sharedKinds: [],
    });
    const told = async () =>
      (await main.kysely.selectFrom('delivery').select(['occasion', 'recipient']).execute())
        .map(({ occasion, recipient }) => `${occasion} ${recipient}`)
        .sort();
    await add('issue-opened', 'issue-1', { service: 'shop', title: 'TypeError', severity: 17 });
    await intake.pass();
    expect(await told()).toEqual(['issue_opened ana']);
    await main.kysely.updateTable('delivery').set({ state: 'sent', sent_at: NOW }).execute();
    const fix = { issueId: 'issue-1', shortId: 'SHOP-1', service: 'shop', title: 'TypeError' };
    await add('fix-proposed', 'fix-1', fix);
    await add('fix-verified', 'fix-1', fix);
    await add('fix-verified', 'fix-2', { ...fix, issueId: 'issue-2' });
    await intake.pass();
    expect(await told()).toEqual([
      'fix_proposed ana',
      'fix_verified ana',
      'fix_verified ana',
      'fix_verified ben',
      'fix_verified ben',
      'issue_opened ana',
    ]);
  });
});
