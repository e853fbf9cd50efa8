import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  ChainGraph,
  chainRun,
  JobDetail,
  JobSummary,
  RunDetail,
  RunOutput,
  RunSummary,
  resumePreview,
} from '../../../contracts/api/jobs.ts';
import { getJson, withQuery } from '../request.ts';
import { type Items, pages } from './pages.ts';

export type ChainRun = z.infer<typeof chainRun>;
export type ResumePreview = z.infer<typeof resumePreview>;

const pathOf = (kind: 'jobs' | 'runs' | 'chains', id: string) => `/api/${kind}/${encodeURIComponent(id)}`;

export const jobsQuery = queryOptions({
  queryKey: ['jobs', 'list'],
  queryFn: ({ signal }) => getJson<Items<JobSummary>>('/api/jobs', signal),
  // A job that is late changes without any run.
  refetchInterval: 60_000,
});

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', 'one', id],
    queryFn: ({ signal }) => getJson<JobDetail>(pathOf('jobs', id), signal),
    refetchInterval: 60_000,
  });

export const jobRunsQuery = (id: string, filters: { status?: string | undefined; limit?: number }) =>
  pages<RunSummary>(['runs', 'of', id, filters], `${pathOf('jobs', id)}/runs`, filters);

export const resumePreviewQuery = (id: string) =>
  queryOptions({
    queryKey: ['jobs', 'resume', id],
    queryFn: ({ signal }) => getJson<ResumePreview>(`${pathOf('jobs', id)}/resume`, signal),
    staleTime: 0,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => getJson<RunDetail>(pathOf('runs', id), signal),
  });

/** What a run wrote after the piece `after`. */
export function fetchOutput(run: string, after: number, limit: number, signal: AbortSignal): Promise<RunOutput> {
  return getJson<RunOutput>(withQuery(`${pathOf('runs', run)}/output`, { after, limit }), signal);
}

export const chainsQuery = queryOptions({
  queryKey: ['chains', 'graph'],
  queryFn: ({ signal }) => getJson<ChainGraph>('/api/chains', signal),
});

export const chainRunQuery = (id: string) =>
  queryOptions({
    queryKey: ['chains', 'run', id],
    queryFn: ({ signal }) => getJson<ChainRun>(pathOf('chains', id), signal),
  });
