import { describe, expect, it } from 'vitest';
import type { JobSummary, RunStatusView } from '../../../contracts/api/jobs.ts';
import { sortJobs } from './sort-jobs.ts';

function job(id: string, about: { status?: RunStatusView } & Partial<JobSummary> = {}): JobSummary {
  const { status, ...rest } = about;
  const last = status === undefined ? null : ({ status } as JobSummary['last']);
  const known = { id, label: id, origin: 'configuration', problem: null, pause: null, last, ...rest };
  return known as JobSummary;
}

describe('the list of jobs', () => {
  it('begins with what needs somebody, the gravest first', () => {
    const { troubled, well } = sortJobs([
      job('backup', { pause: { at: '', until: null, reason: null, by: 'Ada' } }),
      job('sync', { status: 'timed_out' }),
      job('digest', { status: 'warning' }),
      job('scan', { problem: 'never ran' }),
      job('ping', { status: 'success' }),
      job('archive', { status: 'skipped' }),
    ]);
    expect(troubled.map(({ id }) => id)).toEqual(['scan', 'sync', 'digest', 'backup']);
    expect(well.map(({ id }) => id)).toEqual(['archive', 'ping']);
  });

  it('keeps Guardian’s own work apart, unless it needs somebody too', () => {
    const { troubled, own } = sortJobs([
      job('retention', { origin: 'guardian', status: 'success' }),
      job('reports', { origin: 'guardian', status: 'error' }),
    ]);
    expect(own.map(({ id }) => id)).toEqual(['retention']);
    expect(troubled.map(({ id }) => id)).toEqual(['reports']);
  });
});
