import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  AnalyzeReply,
  ConversationSummary,
  conversationDetail,
  issueExplanation,
  ProvidersReply,
} from '../../../contracts/api/analysis.ts';
import { getJson, sendJson } from '../request.ts';
import { pages } from './pages.ts';

export type ConversationDetail = z.infer<typeof conversationDetail>;
export type IssueExplanation = z.infer<typeof issueExplanation>;

/** Breakers open and close by the second, and no stream of changes tells of them. */
const RENEWED_MS = 15_000;

export const providersQuery = queryOptions({
  queryKey: ['analysis', 'providers'],
  queryFn: ({ signal }) => getJson<ProvidersReply>('/api/memory/providers', signal),
  refetchInterval: RENEWED_MS,
});

export const conversationsQuery = pages<ConversationSummary>(['analysis', 'conversations'], '/api/memory/sessions', {});

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ['analysis', 'conversation', id],
    queryFn: ({ signal }) => getJson<ConversationDetail>(`/api/memory/sessions/${encodeURIComponent(id)}`, signal),
  });

export function analyze(sessionId: string, isForced: boolean): Promise<AnalyzeReply> {
  return sendJson<AnalyzeReply>('/api/memory/analyze', {
    method: 'POST',
    body: { session_id: sessionId, force: isForced },
  });
}

const pathOfExplanation = (issue: string) => `/api/issues/${encodeURIComponent(issue)}/explanation`;

/** Null: nobody asked for one yet. */
export const explanationQuery = (issue: string) =>
  queryOptions({
    queryKey: ['issue', issue, 'explanation'],
    queryFn: ({ signal }) => getJson<IssueExplanation | null>(pathOfExplanation(issue), signal),
    // It changes when somebody asks anew, not with each event.
    staleTime: 60_000,
  });

export function explain(issue: string, isForced: boolean): Promise<IssueExplanation> {
  return sendJson<IssueExplanation>(pathOfExplanation(issue), { method: 'POST', body: { force: isForced } });
}
