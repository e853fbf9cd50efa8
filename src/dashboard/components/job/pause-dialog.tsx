import type { JobSummary } from '../../../contracts/api/jobs.ts';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { AskDialog } from '../dialog.tsx';
import { FailedLine } from '../failed.tsx';
import { TextField } from '../fields.tsx';
import { usePause } from './use-job-action.ts';

interface PauseDialogProps {
  /** Null: all of them. */
  job: Pick<JobSummary, 'id' | 'label'> | null;
  onClose: () => void;
}

export function PauseDialog({ job, onClose }: PauseDialogProps) {
  const { jobs: t } = useMessages();
  const { pause } = usePause(job?.id ?? null);
  const submit = (data: FormData) => {
    const until = String(data.get('until') ?? '');
    const reason = String(data.get('reason') ?? '').trim();
    pause.mutate(
      { ...(until === '' ? {} : { until: new Date(until).toISOString() }), ...(reason === '' ? {} : { reason }) },
      { onSuccess: onClose },
    );
  };
  return (
    <AskDialog
      title={t.pauseTitle(job === null ? t.allJobs : oneLine(job.label))}
      action={t.doPause}
      isBusy={pause.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="text-sm text-muted">{job === null ? t.pauseHintAll : t.pauseHint}</p>
      <TextField label={t.until} name="until" type="datetime-local" autoFocus />
      <TextField label={t.reason} name="reason" maxLength={500} />
      <FailedLine error={pause.error} />
    </AskDialog>
  );
}
