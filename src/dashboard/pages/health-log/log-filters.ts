import type { LogFilters } from '../../api/queries/logs.ts';

export const FILTER_NAMES = ['name', 'status', 'task_type', 'triggered_by', 'user', 'from', 'to', 'text'] as const;
type FilterName = (typeof FILTER_NAMES)[number];
type Address = { [Name in FilterName]?: string | undefined };

/** The filters of the address as the server takes them: local times of the reader become instants, a name that is none is left out. */
export function logFiltersOf(address: Address): LogFilters {
  const filters: LogFilters = {};
  for (const name of FILTER_NAMES) {
    const value = address[name];
    if (value === undefined) continue;
    if (name === 'from' || name === 'to') {
      const at = Date.parse(value);
      if (!Number.isNaN(at)) filters[name] = new Date(at).toISOString();
    } else filters[name] = value;
  }
  return filters;
}
