import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { SavedView } from '../../../contracts/api/administration.ts';
import type {
  IssueChange,
  IssueDetail,
  IssueEvidenceView,
  IssueFeedback,
  IssueIncident,
  IssueSummary,
  issueCounts,
  issueListQuery,
} from '../../../contracts/api/issues.ts';
import { getJson } from '../request.ts';
import { type Items, pages } from './pages.ts';

export type IssueFilters = Omit<z.input<typeof issueListQuery>, 'cursor' | 'limit'>;

export type IssueCounts = z.infer<typeof issueCounts>;

export const issuesQuery = (filters: IssueFilters) => pages<IssueSummary>(['issues', filters], '/api/issues', filters);

export const issueQuery = (id: string) =>
  queryOptions({
    queryKey: ['issue', id],
    queryFn: ({ signal }) => getJson<IssueDetail>(`/api/issues/${encodeURIComponent(id)}`, signal),
  });

export const evidenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['issue', id, 'evidence'],
    queryFn: ({ signal }) => getJson<IssueEvidenceView>(`/api/issues/${encodeURIComponent(id)}/evidence`, signal),
    // Made from the repository when somebody looks: not to be asked for at each event.
    staleTime: 60_000,
  });

export const incidentsQuery = (id: string) =>
  pages<IssueIncident>(['issue', id, 'incidents'], `/api/issues/${encodeURIComponent(id)}/incidents`, { limit: 20 });

export const countsQuery = (id: string, step: 'hour' | 'day') =>
  queryOptions({
    queryKey: ['issue', id, 'counts', step],
    queryFn: ({ signal }) => getJson<IssueCounts>(`/api/issues/${encodeURIComponent(id)}/counts?step=${step}`, signal),
  });

export const historyQuery = (id: string) =>
  pages<IssueChange>(['issue', id, 'history'], `/api/issues/${encodeURIComponent(id)}/history`, {});

export const feedbackQuery = (id: string) =>
  queryOptions({
    queryKey: ['issue', id, 'feedback'],
    queryFn: ({ signal }) => getJson<Items<IssueFeedback>>(`/api/issues/${encodeURIComponent(id)}/feedback`, signal),
  });

export interface SimilarIssue {
  issue: IssueSummary;
  score: number;
  reason: string;
}

export const similarQuery = (id: string) =>
  queryOptions({
    queryKey: ['issue', id, 'similar'],
    queryFn: ({ signal }) => getJson<Items<SimilarIssue>>(`/api/issues/${encodeURIComponent(id)}/similar`, signal),
    staleTime: 60_000,
  });

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => getJson<Items<SavedView>>('/api/views', signal),
});
