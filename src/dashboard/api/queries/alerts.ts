import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  AlertDetail,
  AlertSummary,
  alertActionReply,
  alertActionRequest,
  alertListQuery,
  alertPage,
  ruleList,
} from '../../../contracts/api/alerts.ts';
import { getJson, type Page, withQuery } from '../request.ts';
import { MOST_PAGES } from './pages.ts';

export type AlertState = AlertSummary['state'];
export type AlertSeverity = AlertSummary['severity'];
export type AlertFilters = Omit<z.input<typeof alertListQuery>, 'cursor' | 'limit'>;
export type AlertAction = z.infer<typeof alertActionRequest>;
export type AlertActionReply = z.infer<typeof alertActionReply>;

export interface AlertPage extends Page<AlertSummary> {
  /** Of all that match the other filters. */
  counts: Record<AlertState, number>;
}

export const alertsQuery = (filters: AlertFilters, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['alerts', 'list', filters, limit],
    queryFn: async ({ pageParam, signal }): Promise<AlertPage> => {
      const path = withQuery('/api/alerts', { ...filters, limit, cursor: pageParam });
      return { ...(await getJson<z.infer<typeof alertPage>>(path, signal)), total: null };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    maxPages: MOST_PAGES,
  });

export type RuleList = z.infer<typeof ruleList>;

export const rulesQuery = queryOptions({
  queryKey: ['alerts', 'rules'],
  queryFn: ({ signal }) => getJson<RuleList>('/api/rules', signal),
});

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'one', id],
    queryFn: ({ signal }) => getJson<AlertDetail>(`/api/alerts/${encodeURIComponent(id)}`, signal),
  });
