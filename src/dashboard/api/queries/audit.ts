import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { AuditEntry, auditQuery as auditQuerySchema, auditTrails } from '../../../contracts/api/audit.ts';
import { getJson } from '../request.ts';
import { pages } from './pages.ts';

export type AuditFilters = Omit<z.input<typeof auditQuerySchema>, 'cursor' | 'limit'>;
export type AuditTrail = z.infer<typeof auditTrails>['items'][number];

export const auditQuery = (filters: AuditFilters) =>
  pages<AuditEntry>(['audit', 'entries', filters], '/api/audit', filters);

export const auditTrailsQuery = queryOptions({
  queryKey: ['audit', 'trails'],
  queryFn: ({ signal }) => getJson<z.infer<typeof auditTrails>>('/api/audit/trails', signal),
});
