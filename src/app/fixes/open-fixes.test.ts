import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { appended } from '../../../test/contract/stored-events.ts';
import { openRunnerFixture, type RunnerFixture } from '../../adapters/agents/runner-fixtures.ts';
import { loadConfiguration } from '../../config/index.ts';
import { exception, frame, stackEvent } from '../../core/issues/event-fixtures.ts';
import { createFolder } from '../../core/issues/index.ts';
import { systemClock } from '../../core/shared/index.ts';
import { createWorkPool } from '../work-pool.ts';
import { openFixes } from './open-fixes.ts';

let at: RunnerFixture;
let stores: OpenedStores;
const stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  at = openRunnerFixture();
  stores = await DATABASES[0]!.open({ clock: systemClock });
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await stores.close();
  at.remove();
});

it('hands a stored issue to a command of the configuration, and proposes the branch that came of it', async () => {
  const { location } = stores;
  if (location.kind !== 'sqlite') throw new Error('the threads of this test share a folder');
  const [project] = stores.projectIds;
  const now = Date.now();
  const failed = exception('TypeError', "Cannot read properties of null (reading 'price')", [
    frame('/app/src/shop.js', 1, 'price'),
  ]);
  const events = [0, 1, 2].map((index) =>
    stackEvent(now - 60_000 + index * 20_000, [failed], { service: 'shop', revision: at.commit }),
  );
  await stores.ingest.events.append(appended(project, events, { at: now, isCandidate: true }));
  let later = now;
  const folder = createFolder({ store: stores.ingest.fold, clock: { now: () => later } });
  await folder.pass();
  later += 2_000;
  await folder.pass();
  const any = { words: [], states: null, projectId: null, service: null, revision: null, assignee: null };
  const { items } = await stores.main.issues.list({
    ...any,
    minimumSeverity: null,
    sort: 'last-seen',
    cursor: null,
    limit: 5,
  });
  const issue = items[0]!;
  const configuration = await loadConfiguration({
    folder: at.folder,
    file: null,
    environment: {},
    overrides: {
      dataFolder: location.folder,
      repository: { path: at.repository },
      fixes: { agents: { mender: { way: 'command', command: at.agent('mend') } }, folder: at.runs },
    },
  });
  const work = createWorkPool({ configuration, folder: at.folder });
  stops.push(() => work.stop());
  const failures: string[] = [];
  const onFailure = (what: string, error: Error) => failures.push(`${what}: ${error.message}`);
  const opened = openFixes({
    configuration,
    folder: at.folder,
    store: stores.main,
    work,
    clock: systemClock,
    onFailure,
  });
  await opened.start();
  stops.push(() => opened.stop());
  const result = await opened.control.handOff({ issueId: issue.id, way: 'command', by: 'user:7' });
  if (result.isRefused) throw new Error(result.reason);
  expect(result.fix).toMatchObject({ shortId: 'SHOP-1', commit: at.commit, agent: 'mender' });
  expect(result.handOff.markdown).toContain('## What is asked');
  expect(Buffer.byteLength(result.handOff.markdown) / 4).toBeLessThanOrEqual(6_000);
  await expect
    .poll(async () => (await stores.main.fixes.get(result.fix.id))?.state, { timeout: 60_000, interval: 200 })
    .toBe('proposed');
  const fix = await stores.main.fixes.get(result.fix.id);
  expect(fix?.proposal?.branch).toBe('guardian/fix-shop-1');
  expect(at.git('show', 'guardian/fix-shop-1:src/shop.js')).toContain('?? 0');
  expect((await stores.main.issues.get(issue.id))?.state).toBe('handed off');
  expect(failures).toEqual([]);
});
