import type { AuditFilters } from '../../api/queries/audit.ts';

/** What Guardian itself records. */
export const OWN_TRAIL = 'guardian';

export const FILTER_NAMES = ['actor', 'action', 'object', 'from', 'to'] as const;
export type FilterName = (typeof FILTER_NAMES)[number];
type Address = { [Name in FilterName | 'trail']?: string | undefined };

/** The filters of the address as the server takes them: local times of the reader become instants, a time that is none is left out. */
export function auditFiltersOf(address: Address): AuditFilters {
  const filters: AuditFilters = {};
  if (address.trail !== undefined) filters.trail = address.trail;
  for (const name of FILTER_NAMES) {
    const value = address[name];
    if (value === undefined) continue;
    if (name !== 'from' && name !== 'to') filters[name] = value;
    else if (!Number.isNaN(Date.parse(value))) filters[name] = new Date(value).toISOString();
  }
  return filters;
}
