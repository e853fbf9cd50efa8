import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Coordination, Suggestion } from '../../contracts/api/coordination.ts';
import type { StoredSuggestion } from '../../core/jobs/index.ts';
import { ask, NOW, openTestServer, type TestServer } from '../server-fixtures.ts';

let server: TestServer;
beforeEach(async () => {
  server = await openTestServer({
    configuration: {
      jobs: { sync: { shell: 'true', retries: 1 }, load: { shell: 'true', retries: 1 } },
      jobEngine: { coordination: { apply: [{ job: 'sync', parameter: 'retries.count', from: 0, to: 3 }] } },
    },
  });
});
afterEach(() => server.close());

const suggestion = (jobId: string): StoredSuggestion => ({
  ...{ id: `s-${jobId}`, jobId, parameter: 'retries.count', from: 1, to: 2, measure: 'success rate' },
  ...{ effect: { low: 0.1, high: 0.2 }, because: { failing: 0.305, rescued: 0.5, attempts: 44 }, runs: 100 },
  ...{ confidence: null, judgedOn: 4, state: 'shown', measured: null, createdAt: NOW, appliedAt: null },
  ...{ decidedAt: null, by: null },
});

const decide = (id: string, action: string) =>
  ask(server, `/api/coordination/suggestions/${id}/${action}`, { method: 'POST', json: {} });

describe('coordination over the API', () => {
  it('says what was learnt, what is suggested and why, of which jobs too little is known, and what may be changed', async () => {
    await server.store.coordination.show(suggestion('sync'));
    await server.options.coordination.learnings();
    await server.store.coordination.keepLearnings([{ jobId: 'load', runs: 7, learnings: null, learntAt: NOW }]);
    const whole = (await (await ask(server, '/api/coordination')).json()) as Coordination;
    expect(whole.notEnoughRuns).toEqual([{ job: 'load', runs: 7, needed: 20 }]);
    expect(whole.mayApply).toEqual(['sync: retries.count']);
    expect(whole.suggestions[0]).toMatchObject({
      ...{ job: 'sync', from: 1, to: 2, confidence: null, state: 'shown', createdAt: '2026-01-31T08:15:30.123Z' },
      reason: '30.5 % of the runs fail to the end, and the last retry rescues 50 % of the 44 runs that come to it.',
    });
  });

  it('applies within the listed bounds, takes back, dismisses, and says why not', async () => {
    await server.store.coordination.show(suggestion('sync'));
    await server.store.coordination.show(suggestion('load'));
    expect((await decide('s-load', 'apply')).status).toBe(409);
    const applied = (await (await decide('s-sync', 'apply')).json()) as Suggestion;
    expect(applied).toMatchObject({ state: 'applied', decidedAt: '2026-01-31T08:15:30.123Z' });
    const retries = async () =>
      (await server.store.jobs.list()).find(({ job }) => job.id === 'sync')!.job.retries.count;
    expect(await retries()).toBe(2);
    expect((await decide('s-sync', 'apply')).status).toBe(409);
    expect(((await (await decide('s-sync', 'revert')).json()) as Suggestion).state).toBe('reverted');
    expect(await retries()).toBe(1);
    expect(((await (await decide('s-load', 'dismiss')).json()) as Suggestion).state).toBe('dismissed');
    expect((await decide('s-nobody', 'apply')).status).toBe(404);
    expect((await decide('s-load', 'explode')).status).toBe(400);
  });
});
