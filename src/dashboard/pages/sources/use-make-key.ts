import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { IngestKey, IngestKeyKind } from '../../../contracts/api/administration.ts';
import { sendJson } from '../../api/request.ts';

interface AskedKey {
  label: string;
  kind: IngestKeyKind;
  ratePerMinute: number | null;
}

/** Makes an ingest key of the project; the lists that show it look again. */
export function useMakeKey(projectId: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: AskedKey) => sendJson<IngestKey>(`/api/projects/${projectId}/keys`, { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['projects', projectId, 'keys'] }),
  });
}
