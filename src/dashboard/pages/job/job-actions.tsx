import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { JobDetail } from '../../../contracts/api/jobs.ts';
import { RequestError } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { PauseDialog } from '../../components/job/pause-dialog.tsx';
import { ResumeDialog } from '../../components/job/resume-dialog.tsx';
import { useRunNow } from '../../components/job/use-job-action.ts';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';

export function JobActions({ job }: { job: JobDetail }) {
  const { jobs: t, issues } = useMessages();
  const mayAct = useMay('write');
  const run = useRunNow(job.id);
  const [asking, setAsking] = useState<'pause' | 'resume' | null>(null);
  if (!mayAct) return <p className="text-sm text-muted">{issues.act.viewerOnly}</p>;
  const inWay = run.error instanceof RequestError ? (run.error.problem?.inWay ?? null) : null;
  const canRun = job.kind !== 'watched';
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {canRun && (
          <Button look="main" disabled={run.isPending} onClick={() => run.mutate(crypto.randomUUID())}>
            {run.isPending ? t.running : t.run}
          </Button>
        )}
        {job.pause === null ? (
          <Button onClick={() => setAsking('pause')}>{t.pause}</Button>
        ) : (
          <Button onClick={() => setAsking('resume')}>{t.resume}</Button>
        )}
      </div>
      <div role="status" className="mt-1 text-sm">
        {run.data && (
          <p className="text-ok">
            {t.started}{' '}
            <Link
              to="/jobs/$id/runs/$run"
              params={{ id: job.id, run: run.data.run.id }}
              search={{}}
              className="text-info underline"
            >
              {t.openRun}
            </Link>
          </p>
        )}
        <FailedLine error={run.error} />
        {inWay !== null && (
          <Link
            to="/jobs/$id/runs/$run"
            params={{ id: job.id, run: inWay }}
            search={{}}
            className="text-info underline"
          >
            {t.openRun}
          </Link>
        )}
      </div>
      {asking === 'pause' && <PauseDialog job={job} onClose={() => setAsking(null)} />}
      {asking === 'resume' && <ResumeDialog job={job} onClose={() => setAsking(null)} />}
    </>
  );
}
