import { describe, expect, it } from 'vitest';
import { auditFiltersOf } from './audit-filters.ts';

describe('filters of the audit trail', () => {
  it('are asked as they stand in the address, local times as instants', () => {
    const to = new Date(2026, 0, 31, 8, 15);
    expect(auditFiltersOf({ trail: 'shop/1', actor: 'Ada', to: '2026-01-31T08:15' })).toEqual({
      trail: 'shop/1',
      actor: 'Ada',
      to: to.toISOString(),
    });
  });

  it('leave out what is no time', () => {
    expect(auditFiltersOf({ from: 'yesterday', object: 'k2' })).toEqual({ object: 'k2' });
  });
});
