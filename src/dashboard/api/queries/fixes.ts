import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  agentsReply,
  FixDetail,
  FixSummary,
  fixListQuery,
  fixReply,
  HandOffOutlook,
  handOffRequest,
} from '../../../contracts/api/fixes.ts';
import { getJson, sendJson } from '../request.ts';
import { pages } from './pages.ts';

export type FixState = FixSummary['state'];
type FixFilters = Omit<z.input<typeof fixListQuery>, 'cursor' | 'limit'>;
export type FixReply = z.input<typeof fixReply>;
export type FixAgents = z.infer<typeof agentsReply>;
type HandOffRequest = z.input<typeof handOffRequest>;

const RENEWED_MS = 30_000;
/** A board shows them side by side: a page of it is long. */
const ON_A_BOARD = 200;

const pathOfFix = (id: string) => `/api/fixes/${encodeURIComponent(id)}`;

export const fixesQuery = (filters: FixFilters, limit = ON_A_BOARD) => ({
  ...pages<FixSummary>(['fixes', 'list', filters, limit], '/api/fixes', { ...filters, limit }),
  refetchInterval: RENEWED_MS,
});

export const fixQuery = (id: string) =>
  queryOptions({
    queryKey: ['fixes', 'one', id],
    queryFn: ({ signal }) => getJson<FixDetail>(pathOfFix(id), signal),
    refetchInterval: RENEWED_MS,
  });

export const fixAgentsQuery = queryOptions({
  queryKey: ['fixes', 'agents'],
  queryFn: ({ signal }) => getJson<FixAgents>('/api/fix-agents', signal),
});

export const handOffOutlookQuery = (issueId: string) =>
  queryOptions({
    queryKey: ['fixes', 'outlook', issueId],
    queryFn: ({ signal }) =>
      getJson<HandOffOutlook>(`/api/issues/${encodeURIComponent(issueId)}/hand-off-outlook`, signal),
  });

export function handOff(request: HandOffRequest): Promise<FixSummary> {
  return sendJson<FixSummary>('/api/fixes', { method: 'POST', body: request });
}

export function replyToFix(id: string, reply: FixReply): Promise<unknown> {
  return sendJson<unknown>(`${pathOfFix(id)}/reply`, { method: 'POST', body: reply });
}
