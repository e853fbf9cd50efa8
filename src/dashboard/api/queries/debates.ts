import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Debate, DebateSummary, debateRequest } from '../../../contracts/api/debates.ts';
import { getJson, sendJson } from '../request.ts';
import { pages } from './pages.ts';

export type DebateRequest = z.input<typeof debateRequest>;
export type DebateAgent = NonNullable<DebateRequest['agents']>[number];

const pathOf = (id: string) => `/api/debates/${encodeURIComponent(id)}`;

/** While a debate runs and the stream of changes is lost, so much later it is asked for again. */
const RENEWED_MS = 5_000;

export const debatesQuery = pages<DebateSummary>(['debates', 'list'], '/api/debates', {});

export const debateQuery = (id: string) =>
  queryOptions({
    queryKey: ['debates', 'one', id],
    queryFn: ({ signal }) => getJson<Debate>(pathOf(id), signal),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? RENEWED_MS : false),
  });

export function startDebate(asked: DebateRequest): Promise<Debate> {
  return sendJson<Debate>('/api/debates', { method: 'POST', body: asked });
}

export function cancelDebate(id: string): Promise<Debate> {
  return sendJson<Debate>(`${pathOf(id)}/cancel`, { method: 'POST', body: {} });
}
