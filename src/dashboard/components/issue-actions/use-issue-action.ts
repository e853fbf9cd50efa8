import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { issueAction, issueActionReply } from '../../../contracts/api/issues.ts';
import { sendJson } from '../../api/request.ts';

/** As it is sent: what has a default may be left out. */
export type IssueActionInput = z.input<typeof issueAction>;
export type IssueActionReply = z.infer<typeof issueActionReply>;

/** Does one thing to one or many issues, then everything that shows them is asked for again. */
export function useIssueAction() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ ids, action }: { ids: readonly string[]; action: IssueActionInput }) =>
      sendJson<IssueActionReply>('/api/issues/actions', { method: 'POST', body: { ids, action } }),
    onSettled: () =>
      Promise.all(['issues', 'issue', 'overview'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}
