import { describe, expect, it } from 'vitest';
import { logFiltersOf } from './log-filters.ts';

describe('filters of the health log', () => {
  it('are asked as they stand in the address, local times as instants', () => {
    const from = new Date(2026, 0, 31, 8, 15);
    expect(logFiltersOf({ status: 'error,timed_out', from: '2026-01-31T08:15', user: 'Ada' })).toEqual({
      status: 'error,timed_out',
      from: from.toISOString(),
      user: 'Ada',
    });
  });

  it('leave out what is no time', () => {
    expect(logFiltersOf({ to: 'yesterday', text: 'clients' })).toEqual({ text: 'clients' });
  });
});
