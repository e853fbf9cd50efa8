import type { RunStatusView } from '../../../contracts/api/jobs.ts';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { Badge } from '../badges.tsx';
import { RUN_TONES, StatusMark } from './status-mark.tsx';

export function RunBadge({ status }: { status: RunStatusView }) {
  const { runs } = useMessages();
  return (
    <Badge tone={RUN_TONES[status]}>
      <span className="inline-flex items-center gap-1 align-top">
        <StatusMark status={status} />
        {runs.status[status]}
      </span>
    </Badge>
  );
}

/** Why a run has its status, in words; null: there is nothing to say. */
export function useReason(reason: string | null): string | null {
  const { runs } = useMessages();
  if (reason === null) return null;
  return runs.reason[reason] ?? oneLine(reason);
}
