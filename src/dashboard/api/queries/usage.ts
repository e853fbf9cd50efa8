import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { UsageSummary, UsageTimeline, UsageUserDetail, usageUserPage } from '../../../contracts/api/usage.ts';
import { getJson, withQuery } from '../request.ts';
import { pages } from './pages.ts';

export interface UsageWindow {
  hours: number;
  service: string | undefined;
}

export type UsageUserRow = z.infer<typeof usageUserPage>['items'][number];

/** Usage is no part of the stream of changes: it is asked for at a pace of its own. */
const RENEWED_MS = 60_000;

export const usageSummaryQuery = (window: UsageWindow) =>
  queryOptions({
    queryKey: ['usage', 'summary', window],
    queryFn: ({ signal }) => getJson<UsageSummary>(withQuery('/api/usage/summary', { ...window }), signal),
    refetchInterval: RENEWED_MS,
  });

export const usageTimelineQuery = (window: UsageWindow) =>
  queryOptions({
    queryKey: ['usage', 'timeline', window],
    queryFn: ({ signal }) => getJson<UsageTimeline>(withQuery('/api/usage/timeline', { ...window }), signal),
    refetchInterval: RENEWED_MS,
  });

/** Whoever looks at what single users did is written into the audit trail: it is asked for once, and again only when somebody asks. */
const ONE_LOOK = {
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
} as const;

export const usageUsersQuery = (filters: UsageWindow & { text: string | undefined }) =>
  infiniteQueryOptions({
    ...pages<UsageUserRow>(['looks', 'usage users', filters], '/api/usage/users', { ...filters, limit: 50 }),
    ...ONE_LOOK,
  });

export const pathOfUser = (user: string) => `/api/usage/users/${encodeURIComponent(user)}`;

export const usageUserQuery = (user: string, hours: number) =>
  queryOptions({
    queryKey: ['looks', 'usage user', user, hours],
    queryFn: ({ signal }) => getJson<UsageUserDetail>(withQuery(pathOfUser(user), { hours }), signal),
    ...ONE_LOOK,
  });

export function usageExportPath(user: string, format: 'json' | 'csv'): string {
  return withQuery(`${pathOfUser(user)}/export`, { format });
}
