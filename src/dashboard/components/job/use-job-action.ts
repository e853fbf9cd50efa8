import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { pauseRequest, runAccepted } from '../../../contracts/api/jobs.ts';
import { sendJson } from '../../api/request.ts';

export type PauseInput = z.infer<typeof pauseRequest>;
type Accepted = z.infer<typeof runAccepted>;

const post = <Reply>(path: string, body: unknown) => sendJson<Reply>(path, { method: 'POST', body });

/** Everything that shows jobs or runs is asked for again. */
function useAskAgain() {
  const client = useQueryClient();
  return () =>
    Promise.all(['jobs', 'runs', 'chains', 'logs'].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

/** Starts a job now. The same click twice is one run. */
export function useRunNow(id: string) {
  const onSettled = useAskAgain();
  return useMutation({
    mutationFn: (idempotencyKey: string) =>
      post<Accepted>(`/api/jobs/${encodeURIComponent(id)}/run`, { idempotencyKey }),
    onSettled,
  });
}

/** Pauses or resumes one job; null: all of them. */
export function usePause(id: string | null) {
  const onSettled = useAskAgain();
  const path = id === null ? '/api/jobs' : `/api/jobs/${encodeURIComponent(id)}`;
  const pause = useMutation({ mutationFn: (input: PauseInput) => post(`${path}/pause`, input), onSettled });
  const resume = useMutation({ mutationFn: () => post(`${path}/resume`, {}), onSettled });
  return { pause, resume };
}

export function useCancelRun() {
  const onSettled = useAskAgain();
  return useMutation({
    mutationFn: ({ run, reason }: { run: string; reason: string }) =>
      post(`/api/runs/${encodeURIComponent(run)}/cancel`, reason === '' ? {} : { reason }),
    onSettled,
  });
}
