import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { ReportSummary, reportListQuery } from '../../../contracts/api/reports.ts';
import type { Report } from '../../../contracts/report.ts';
import { getJson, getText } from '../request.ts';
import { pages } from './pages.ts';

export type ReportFilters = Omit<z.input<typeof reportListQuery>, 'cursor' | 'limit'>;

export const reportsQuery = (filters: ReportFilters) =>
  pages<ReportSummary>(['reports', 'list', filters], '/api/reports', filters);

/** The report as `guardian.report/1`. */
export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', id],
    queryFn: ({ signal }) => getJson<Report>(`/api/reports/${encodeURIComponent(id)}?format=json`, signal),
    // A report is never changed after it was made.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The same as its own page, to be shown in a frame only. */
export const reportPageQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', id, 'page'],
    queryFn: () => getText(`/api/reports/${encodeURIComponent(id)}?format=html`, 'text/html'),
    staleTime: Number.POSITIVE_INFINITY,
  });
