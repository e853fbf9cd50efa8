import { expect, it } from 'vitest';
import { DATABASES } from '../../../test/contract/open-stores.ts';
import { configurationSchema } from '../../config/schema.ts';
import { aJob, cron, MINUTE, startHarness } from '../../core/jobs/engine/engine-fixtures.ts';
import { createMemoryStore } from '../../core/jobs/engine/memory-store-fixtures.ts';
import { createTimeline } from '../../core/jobs/engine/timeline-fixtures.ts';
import { DEFAULT_NOTIFY_KNOBS as knobs } from '../../core/notify/index.ts';
import { toldOf } from '../../core/notify/intake/told-of.ts';
import { openAlerts } from './open-alerts.ts';

const START = Date.parse('2026-03-02T12:00:00Z');

/** An engine whose planner makes no rows while `isBroken`, and the alerts that look at what its watchdog sees. */
async function openWatch() {
  const timeline = createTimeline(START);
  const { clock } = timeline;
  const stores = await DATABASES[0]!.open({ clock });
  const jobs = createMemoryStore();
  const state = { isBroken: true };
  const plan: typeof jobs.planner.plan = async (...asked) => (state.isBroken ? [] : jobs.planner.plan(...asked));
  const { engine } = await startHarness({
    timeline,
    store: jobs,
    stores: { ...jobs, planner: { ...jobs.planner, plan } },
    jobs: [aJob('scan', { label: 'Scan', trigger: cron('*/5 * * * *') })],
  });
  const alerts = openAlerts({
    configuration: configurationSchema.parse({}),
    store: stores.main,
    knobs,
    parts: { parts: async () => [] },
    jobWatch: engine.watch,
    clock,
    onChange: () => {},
    onTold: () => {},
  });
  const ofType = async (type: string) => {
    await alerts.evaluateSchedules();
    return (await stores.main.alerts.list({ types: [type] }, { cursor: null, limit: 9 })).items;
  };
  return { timeline, state, engine, stores, ofType };
}

it('F1: a missing tick is an alert within two minutes, fired once, routed by its job, and resolves by itself once the next has its row', async () => {
  const { timeline, state, engine, stores, ofType } = await openWatch();
  await timeline.advance(5 * MINUTE + 30_000);
  expect(await ofType('JOB_MISSED_TICK')).toEqual([]);
  await timeline.advance(MINUTE);
  expect(await ofType('JOB_MISSED_TICK')).toMatchObject([
    {
      ...{ rule: 'jobs-missed-tick', state: 'firing', severity: 'error', subject: { kind: 'job', id: 'scan' } },
      description: 'Scan: a time at which it was due has no run, for 1 min 30 s',
      evidence: { ticks: ['2026-03-02T12:05:00.000Z'] },
    },
  ]);
  await timeline.advance(10 * MINUTE);
  expect(await ofType('JOB_MISSED_TICK')).toMatchObject([{ state: 'firing', firing: 1, count: 2 }]);
  state.isBroken = false;
  await timeline.advance(2 * MINUTE);
  expect(await ofType('JOB_MISSED_TICK')).toMatchObject([{ state: 'resolved', resolved: { by: 'guardian' } }]);

  const rows = await stores.main.notifications.untold(100);
  const told = rows.flatMap((row) => toldOf(row)?.notification ?? []);
  expect(told.filter(({ match }) => match.type === 'JOB_MISSED_TICK')).toMatchObject([
    { occasion: 'alert_fired', match: { job: 'scan', type: 'JOB_MISSED_TICK' } },
    { occasion: 'alert_resolved', match: { job: 'scan', type: 'JOB_MISSED_TICK' } },
  ]);
  await engine.stop();
  await stores.close();
});

it('F1: a job that never ran since its first tick is an alert until a run of it begins', async () => {
  const { timeline, state, engine, stores, ofType } = await openWatch();
  await timeline.advance(5 * MINUTE + 90_000);
  expect(await ofType('JOB_NEVER_RAN')).toMatchObject([
    {
      ...{ rule: 'jobs-never-ran', state: 'firing', subject: { kind: 'job', id: 'scan' } },
      description: 'Scan has never begun; it was first due 1 min 30 s ago',
    },
  ]);
  state.isBroken = false;
  await timeline.advance(MINUTE);
  expect(await ofType('JOB_NEVER_RAN')).toMatchObject([{ state: 'resolved' }]);
  await engine.stop();
  await stores.close();
});

it('says nothing, and resolves nothing, before the watchdog has looked', async () => {
  const { timeline, engine, stores, ofType } = await openWatch();
  await timeline.advance(5 * MINUTE + 90_000);
  expect(await ofType('JOB_NEVER_RAN')).toMatchObject([{ state: 'firing' }]);
  const later = openAlerts({
    configuration: configurationSchema.parse({}),
    store: stores.main,
    knobs,
    parts: { parts: async () => [] },
    jobWatch: () => null,
    clock: timeline.clock,
    onChange: () => {},
    onTold: () => {},
  });
  await later.evaluateSchedules();
  const { items } = await stores.main.alerts.list({ types: ['JOB_NEVER_RAN'] }, { cursor: null, limit: 9 });
  expect(items).toMatchObject([{ state: 'firing', count: 1 }]);
  await engine.stop();
  await stores.close();
});
