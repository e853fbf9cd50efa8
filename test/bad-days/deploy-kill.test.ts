import { expect, it } from 'vitest';
import { deployKillRun } from './deploy-kill-run.ts';

it('a server that is killed in the middle of a deployment ends it promoted or rolled back at its next start, never split, and no visitor notices', async () => {
  const { split, wrong, failedRequests, promoted, rolledBack, kills } = await deployKillRun({ kills: 6, seed: 3 });
  expect({ split, wrong, failedRequests, over: promoted + rolledBack }).toEqual({
    split: [],
    wrong: [],
    failedRequests: 0,
    over: kills,
  });
}, 240_000);
