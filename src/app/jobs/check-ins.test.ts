import { expect, it, onTestFinished } from 'vitest';
import { DATABASES } from '../../../test/contract/open-stores.ts';
import type { DroppedItems } from '../../core/ingest/index.ts';
import { GuardianError } from '../../core/shared/index.ts';
import { createCheckIns } from './check-ins.ts';

const NOW = Date.UTC(2026, 0, 31);
const clock = { now: () => NOW };

it('drops and tells a check-in that can never be recorded, and lets one wait that can later', async () => {
  const stores = await DATABASES[0]!.open({ clock });
  onTestFinished(() => stores.close());
  const { kysely, outbox } = stores.main;
  const rowOf = (monitor: string, payload: unknown) => ({
    ...{ at: NOW, kind: 'check-in', project_id: stores.projectIds[0], subject_id: monitor, done_at: null },
    payload: payload === null ? null : JSON.stringify({ time: NOW, record: payload }),
  });
  const monitors = ['broken', 'sync', 'later', 'behind'];
  const checkIns = monitors.map((monitor) => rowOf(monitor, { monitor, status: 'ok' }));
  await kysely
    .insertInto('outbox')
    .values([rowOf('unreadable', null), ...checkIns])
    .execute();
  const recorded: string[] = [];
  const dropped: DroppedItems[] = [];
  const failures: string[] = [];
  let isAway = true;
  const round = createCheckIns({
    ...{ store: stores.main, clock },
    engine: {
      async record({ job }) {
        const slug = job.by === 'slug' ? job.slug : '';
        if (slug === 'broken') throw new GuardianError('internal', { reason: 'no such zone' });
        if (slug === 'later' && isAway) throw new GuardianError('store_unavailable');
        recorded.push(slug);
        return { kind: 'recorded', run: null, isNew: true };
      },
    },
    intake: { countDropped: (items) => dropped.push(items) },
    onFailure: (what, { code }) => failures.push(`${what}: ${code}`),
  });

  await expect(round()).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(recorded).toEqual(['sync']);
  expect(failures).toEqual(['check-in unreadable: internal', 'check-in broken: internal']);
  const of = { category: 'monitor', quantity: 1, projectId: stores.projectIds[0], source: 'sentry-envelope' };
  expect(dropped).toEqual([
    { reason: 'not-recordable', ...of },
    { reason: 'not-recordable', ...of },
  ]);
  isAway = false;
  expect(await round()).toBe(2);
  expect([recorded, await outbox.due(['check-in'], 9)]).toEqual([['sync', 'later', 'behind'], []]);
});
