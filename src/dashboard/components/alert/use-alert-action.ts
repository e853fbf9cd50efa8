import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlertAction, AlertActionReply } from '../../api/queries/alerts.ts';
import { sendJson } from '../../api/request.ts';

/** Does one thing to one or many alerts, or takes such a thing back; then everything that shows them is asked for again. */
export function useAlertAction() {
  const client = useQueryClient();
  const onSettled = () =>
    Promise.all(['alerts', 'overview', 'deliveries'].map((key) => client.invalidateQueries({ queryKey: [key] })));
  const act = useMutation({
    mutationFn: (action: AlertAction) =>
      sendJson<AlertActionReply>('/api/alerts/actions', { method: 'POST', body: action }),
    onSettled,
  });
  const undo = useMutation({
    mutationFn: (token: string) =>
      sendJson<AlertActionReply>('/api/alerts/undo', { method: 'POST', body: { undo: token } }),
    onSuccess: () => act.reset(),
    onSettled,
  });
  return { act, undo };
}
