import { describe, expect, it } from 'vitest';
import { nameMonitorEnvironments } from '../../src/adapters/store/sql/migrations/0033-monitor-environments.ts';
import { plainJob } from '../../src/core/jobs/job-fixtures.ts';
import type { Run } from '../../src/core/jobs/ports.ts';
import { DATABASES } from './open-stores.ts';

const NOW = Date.UTC(2026, 0, 1);
const nothingFollows = () => ({ admissions: [], outbox: [], health: null });

/** An ended run that a client told of. */
function ranIn(jobId: string, id: string, environment: string | null): Run {
  const { timeoutMs } = plainJob(jobId);
  return {
    ...{ id, jobId, projectId: 1, chainRunId: id, environment, trigger: 'check-in', status: 'success', timeoutMs },
    ...{ triggeredBy: { kind: 'scheduler', user: null }, tick: null, causeRunId: null, reason: null, message: null },
    ...{ error: null, attempt: 1, attempts: [], keys: [], order: NOW, createdAt: NOW, dueAt: NOW, condition: null },
    ...{ startBy: null, finishBy: null, startedAt: NOW, finishedAt: NOW, node: null, heartbeatAt: null, version: 1 },
    ...{ cancelRequest: null, stats: null, recordErrors: null, clientId: null, outputBytes: 0, lostOutputBytes: 0 },
  };
}

describe.each(DATABASES)('monitors from before their environments were told apart, in $name', ({ open }) => {
  it('stay that of the one environment they were told of, else that of production', async () => {
    const { main, close } = await open({ clock: { now: () => NOW } });
    try {
      const told = {
        alone: ['staging', 'staging'],
        both: ['staging', 'production'],
        pinged: ['staging', null],
        never: [],
      };
      for (const [id, environments] of Object.entries(told)) {
        const watched = { kind: 'watched', graceMs: 1 } as const;
        await main.jobs.put(plainJob(id, { origin: 'client', projectId: 1, work: watched }), NOW);
        for (const [index, environment] of environments.entries()) {
          const make = ranIn(id, `${id}-${index}`, environment);
          await main.runs.record(id, null, () => ({ make, end: null, outbox: [] }), nothingFollows);
        }
      }
      await nameMonitorEnvironments(main.kysely as never);
      const jobs = await main.jobs.list();
      expect(jobs.map(({ job }) => [job.id, job.monitor])).toEqual([
        ['alone', { slug: 'alone', environment: 'staging' }],
        ['both', undefined],
        ['never', undefined],
        ['pinged', undefined],
      ]);
    } finally {
      await close();
    }
  });
});
