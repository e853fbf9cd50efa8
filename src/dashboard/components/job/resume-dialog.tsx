import { useQuery } from '@tanstack/react-query';
import type { JobSummary } from '../../../contracts/api/jobs.ts';
import { resumePreviewQuery } from '../../api/queries/jobs.ts';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { AskDialog } from '../dialog.tsx';
import { FailedLine } from '../failed.tsx';
import { Loaded } from '../loaded.tsx';
import { usePause } from './use-job-action.ts';

type Job = Pick<JobSummary, 'id' | 'label'>;

/** What a resume now would start, before it is done. */
function Preview({ id }: { id: string }) {
  const { jobs: t } = useMessages();
  const preview = useQuery(resumePreviewQuery(id));
  return <Loaded query={preview}>{({ runs, skipped }) => <p>{t.resumeStarts(runs, skipped)}</p>}</Loaded>;
}

export function ResumeDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const { jobs: t } = useMessages();
  const { resume } = usePause(job.id);
  return (
    <AskDialog
      title={t.resumeTitle(oneLine(job.label))}
      action={t.doResume}
      isBusy={resume.isPending}
      onSubmit={() => resume.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Preview id={job.id} />
      <FailedLine error={resume.error} />
    </AskDialog>
  );
}

export function ResumeAllDialog({ jobs, onClose }: { jobs: readonly Job[]; onClose: () => void }) {
  const { jobs: t } = useMessages();
  const { resume } = usePause(null);
  return (
    <AskDialog
      title={t.resumeTitle(t.allJobs)}
      action={t.doResume}
      isBusy={resume.isPending}
      onSubmit={() => resume.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      {jobs.length === 0 ? <p>{t.resumeNothing}</p> : <p className="text-sm text-muted">{t.resumeAllHint}</p>}
      <dl className="flex flex-col gap-2 text-sm">
        {jobs.map(({ id, label }) => (
          <div key={id}>
            <dt className="font-semibold wrap-anywhere">{oneLine(label)}</dt>
            <dd>
              <Preview id={id} />
            </dd>
          </div>
        ))}
      </dl>
      <FailedLine error={resume.error} />
    </AskDialog>
  );
}
