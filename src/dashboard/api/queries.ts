import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  ApiKey,
  AuditEntry,
  IngestKey,
  Me,
  Project,
  SavedView,
  User,
} from '../../contracts/api/administration.ts';
import type {
  EventDetail,
  EventHistogram,
  EventSummary,
  eventHistogramQuery,
  eventListQuery,
} from '../../contracts/api/events.ts';
import type {
  IssueChange,
  IssueDetail,
  IssueEvidenceView,
  IssueIncident,
  IssueSummary,
  issueCounts,
  issueListQuery,
} from '../../contracts/api/issues.ts';
import type { Overview, SourceActivity } from '../../contracts/api/overview.ts';
import type { DeliverySummary, deliveryDetail, ReportSummary, reportListQuery } from '../../contracts/api/reports.ts';
import type { Report } from '../../contracts/report.ts';
import { getJson, getText, type Page, RequestError, withQuery } from './request.ts';

/** What each screen asks, under the keys by which the stream of changes makes it old. */

export type IssueFilters = Omit<z.input<typeof issueListQuery>, 'cursor' | 'limit'>;
export type EventFilters = Omit<z.input<typeof eventListQuery>, 'cursor' | 'limit'>;
export type ReportFilters = Omit<z.input<typeof reportListQuery>, 'cursor' | 'limit'>;
export type DeliveryDetail = z.infer<typeof deliveryDetail>;
export type IssueCounts = z.infer<typeof issueCounts>;
interface Items<Item> {
  items: Item[];
}

const one = (id: string) => encodeURIComponent(id);

/** Page by page; `select` by the components. */
function pages<Item>(key: readonly unknown[], path: string, query: Record<string, string | number | undefined>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => getJson<Page<Item>>(withQuery(path, { ...query, cursor: pageParam }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Null: nobody is logged in. That is an answer, not a failure: the log-in page stands still while it is asked for again. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await getJson<Me>('/api/me', signal);
    } catch (error) {
      if (error instanceof RequestError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => getJson<Overview>('/api/overview', signal),
  refetchInterval: 60_000,
});

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) => getJson<Items<Project>>('/api/projects', signal),
  staleTime: 30_000,
});

export const ingestKeysQuery = (project: number) =>
  queryOptions({
    queryKey: ['projects', project, 'keys'],
    queryFn: ({ signal }) => getJson<Items<IngestKey>>(`/api/projects/${project}/keys`, signal),
  });

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => getJson<Items<SourceActivity>>('/api/sources', signal),
});

export const issuesQuery = (filters: IssueFilters) => pages<IssueSummary>(['issues', filters], '/api/issues', filters);

export const issueQuery = (id: string) =>
  queryOptions({
    queryKey: ['issue', id],
    queryFn: ({ signal }) => getJson<IssueDetail>(`/api/issues/${one(id)}`, signal),
  });

export const evidenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['issue', id, 'evidence'],
    queryFn: ({ signal }) => getJson<IssueEvidenceView>(`/api/issues/${one(id)}/evidence`, signal),
    // Made from the repository when somebody looks: not to be asked for at each event.
    staleTime: 60_000,
  });

export const incidentsQuery = (id: string) =>
  pages<IssueIncident>(['issue', id, 'incidents'], `/api/issues/${one(id)}/incidents`, { limit: 20 });

export const countsQuery = (id: string, step: 'hour' | 'day') =>
  queryOptions({
    queryKey: ['issue', id, 'counts', step],
    queryFn: ({ signal }) => getJson<IssueCounts>(`/api/issues/${one(id)}/counts?step=${step}`, signal),
  });

export const historyQuery = (id: string) =>
  pages<IssueChange>(['issue', id, 'history'], `/api/issues/${one(id)}/history`, {});

export interface SimilarIssue {
  issue: IssueSummary;
  score: number;
  reason: string;
}

export const similarQuery = (id: string) =>
  queryOptions({
    queryKey: ['issue', id, 'similar'],
    queryFn: ({ signal }) => getJson<Items<SimilarIssue>>(`/api/issues/${one(id)}/similar`, signal),
    staleTime: 60_000,
  });

/** A range that moves with the clock is worked out at the moment of asking. */
export type TimeRange = { lastMs: number } | { from?: string | undefined; to?: string | undefined };

function rangeNow(range: TimeRange): { from?: string | undefined; to?: string | undefined } {
  return 'lastMs' in range ? { from: new Date(Date.now() - range.lastMs).toISOString() } : range;
}

/** Under a key of its own: the list asks again by itself while it follows, and stands still when it is stopped. */
export const eventsQuery = (filters: EventFilters, range: TimeRange) =>
  infiniteQueryOptions({
    queryKey: ['event list', filters, range],
    queryFn: ({ pageParam, signal }) =>
      getJson<Page<EventSummary>>(
        withQuery('/api/events', { ...filters, ...rangeNow(range), limit: 100, cursor: pageParam }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export type HistogramFilters = Pick<z.input<typeof eventHistogramQuery>, 'query' | 'project'>;

export const histogramQuery = (filters: HistogramFilters, range: TimeRange) =>
  queryOptions({
    queryKey: ['events', 'histogram', filters, range],
    queryFn: ({ signal }) =>
      getJson<EventHistogram>(
        withQuery('/api/events/histogram', { ...filters, ...rangeNow(range), steps: 60 }),
        signal,
      ),
    placeholderData: (former) => former,
  });

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: ({ signal }) => getJson<EventDetail>(`/api/events/${one(id)}`, signal),
    staleTime: 300_000,
  });

export const reportsQuery = (filters: ReportFilters) =>
  pages<ReportSummary>(['reports', 'list', filters], '/api/reports', filters);

/** The report as `guardian.report/1`. */
export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', id],
    queryFn: ({ signal }) => getJson<Report>(`/api/reports/${one(id)}?format=json`, signal),
    // A report is never changed after it was made.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The same as its own page, to be shown in a frame only. */
export const reportPageQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', id, 'page'],
    queryFn: () => getText(`/api/reports/${one(id)}?format=html`, 'text/html'),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const deliveriesQuery = pages<DeliverySummary>(['deliveries', 'list'], '/api/deliveries', {});

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['deliveries', id],
    queryFn: ({ signal }) => getJson<DeliveryDetail>(`/api/deliveries/${one(id)}`, signal),
  });

export const apiKeysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => getJson<Items<ApiKey>>('/api/keys', signal),
});

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => getJson<Items<User>>('/api/users', signal),
});

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => getJson<Items<SavedView>>('/api/views', signal),
});

export const auditQuery = pages<AuditEntry>(['audit'], '/api/audit', {});
