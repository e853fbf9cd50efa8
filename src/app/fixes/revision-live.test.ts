import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addIssue } from '../../../test/contract/fixes-fixtures.ts';
import { configurationSchema } from '../../config/schema.ts';
import { makeShop, openTestServer, type TestServer } from '../../server/server-fixtures.ts';
import { type OpenedFixes, openFixes } from './open-fixes.ts';

const MERGED = 'b'.repeat(40);

let server: TestServer;
let opened: OpenedFixes;
let fixId: string;
beforeEach(async () => {
  server = await openTestServer();
  const { id: projectId } = await makeShop(server);
  await addIssue(server.store, { id: 'issue-1', projectId });
  opened = openFixes({
    ...{ configuration: configurationSchema.parse({}), folder: '/', store: server.store, clock: server.clock },
    work: {
      fixMaterialOf: async () => ({
        handOff: { markdown: '# Hand-off\n', json: {} as never },
        fixability: { score: 80, points: [], cap: null },
        ...{ revision: 'r-1', commit: 'a'.repeat(40), testCommand: null, isPublic: false, isNew: true },
      }),
    },
    onFailure: (what, error) => {
      throw new Error(`${what}: ${error.message}`);
    },
  });
  const result = await opened.control.handOff({ issueId: 'issue-1', way: 'mcp', by: 'user:1' });
  if (result.isRefused) throw new Error(result.reason);
  fixId = result.fix.id;
});
afterEach(async () => {
  await opened.stop();
  await server.close();
});

const fix = () => server.store.fixes.get(fixId);

describe('a revision that went live', () => {
  it('carries the fixes whose commit it holds to deployed, with its name', async () => {
    await opened.control.reply(fixId, { action: 'merge', commit: MERGED }, 'user:1');
    await opened.onRevisionLive({ service: 'shop', revision: 'r-2', commits: ['c'.repeat(40), MERGED] });
    expect(await fix()).toMatchObject({ state: 'deployed', revisionWithFix: 'r-2' });
    await opened.onRevisionLive({ service: 'shop', revision: 'r-3', commits: [MERGED] });
    expect((await fix())?.revisionWithFix).toBe('r-2');
    const history = (await server.store.fixes.about(fixId))?.history;
    expect(history?.at(-1)).toMatchObject({ action: 'deployed', actor: 'guardian' });
  });

  it('changes nothing of others: another service, other commits, a fix of which no commit is known', async () => {
    await opened.onRevisionLive({ service: 'shop', revision: 'r-2', commits: [MERGED] });
    await opened.control.reply(fixId, { action: 'merge', commit: MERGED }, 'user:1');
    await opened.onRevisionLive({ service: 'till', revision: 'r-2', commits: [MERGED] });
    await opened.onRevisionLive({ service: 'shop', revision: 'r-2', commits: ['c'.repeat(40)] });
    await opened.onRevisionLive({ service: 'shop', revision: 'r-2', commits: [] });
    expect((await fix())?.state).toBe('merged');
  });
});
