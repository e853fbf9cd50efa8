import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addIncident, addIssue, DAY_MS, HOUR_MS, NOW } from '../../../test/contract/fixes-fixtures.ts';
import { makeShop, openTestServer, type TestServer } from '../../server/server-fixtures.ts';
import { createIssueReader } from './read-issues.ts';

const SINCE = NOW + HOUR_MS;
const COMMIT = 'a1b2c3d4'.repeat(5);

let server: TestServer;
let projectId: number;
beforeEach(async () => {
  server = await openTestServer();
  projectId = (await makeShop(server)).id;
});
afterEach(() => server.close());

const read = (kind: 'newOn' | 'regressedOn', revision = 'shop-2') => {
  const ofRevision = async (_service: string, name: string) =>
    name === 'shop-2' ? { plan: { commit: COMMIT } } : null;
  const reader = createIssueReader(server.store.issues, { ofRevision } as never);
  return reader[kind]({ service: 'shop', revision, since: SINCE, limit: 20 });
};

/** Resolved before the deployment, and back by an incident on the revision. */
async function regressed(
  id: string,
  more: { severity?: number; signal?: 'OOM' } = {},
  revision = 'shop-2',
  at = SINCE,
) {
  await addIssue(server.store, { id, projectId, more });
  await addIncident(server.store, { id, projectId, from: at + 1_000, revision });
  await server.store.kysely
    .updateTable('issue')
    .set({ state: 'regressed', state_since: at + 2_000, last_seen: at + 1_000 })
    .where('id', '=', id)
    .execute();
  const change = { issue_id: id, at: at + 2_000, actor: 'guardian', action: 'regressed', detail: null };
  await server.store.kysely.insertInto('issue_change').values(change).execute();
}

describe('issues that a deployment is asked about', () => {
  it('are at CRITICAL and back on the revision, by its name or its commit, handed off by now or not', async () => {
    await regressed('issue-1', { severity: 21 });
    await regressed('issue-2', { severity: 17, signal: 'OOM' }, `shop@${COMMIT.slice(0, 12)}`);
    await server.store.kysely.updateTable('issue').set({ state: 'handed off' }).where('id', '=', 'issue-2').execute();
    expect((await read('regressedOn')).map(({ id, isCritical }) => [id, isCritical])).toEqual([
      ['issue-1', true],
      ['issue-2', true],
    ]);
    expect(await read('newOn')).toEqual([]);
  });

  it('are none that is less grave, came back elsewhere or earlier, or was never gone', async () => {
    await regressed('issue-1', { severity: 20 });
    await regressed('issue-2', { severity: 21 }, 'shop-1');
    await regressed('issue-3', { severity: 21 }, 'shop-2', SINCE - DAY_MS);
    await addIssue(server.store, { id: 'issue-4', projectId, more: { severity: 21 } });
    await addIncident(server.store, { id: 'issue-4', projectId, from: SINCE + 1_000, revision: 'shop-2' });
    expect(await read('regressedOn')).toEqual([]);
    expect(await read('regressedOn', 'shop-1')).toHaveLength(1);
  });

  it('are new when they were first seen on it', async () => {
    const more = { firstSeen: SINCE + HOUR_MS, firstRevision: 'shop-2', severity: 21 };
    await addIssue(server.store, { id: 'issue-1', projectId, more });
    await addIssue(server.store, { id: 'issue-2', projectId });
    expect((await read('newOn')).map(({ id, isCritical }) => [id, isCritical])).toEqual([['issue-1', true]]);
    expect(await read('regressedOn')).toEqual([]);
  });
});
