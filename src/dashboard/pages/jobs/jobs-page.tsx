import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { JobSummary } from '../../../contracts/api/jobs.ts';
import { jobsQuery } from '../../api/queries/jobs.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState, PageHead, Section } from '../../components/card.tsx';
import { PauseDialog } from '../../components/job/pause-dialog.tsx';
import { ResumeAllDialog } from '../../components/job/resume-dialog.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { JobRow } from './job-row.tsx';
import { jobsOfProject, sortJobs } from './sort-jobs.ts';

const route = getRouteApi('/jobs');

export function JobsPage() {
  const { jobs: t } = useMessages();
  const { project } = route.useSearch();
  const jobs = useQuery(jobsQuery);
  const isAdmin = useMay('admin');
  const [asking, setAsking] = useState<'pause' | 'resume' | null>(null);
  const items = jobsOfProject(jobs.data?.items ?? [], project);
  const paused = items.filter(({ pause }) => pause !== null);
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title}>
        {isAdmin && items.length > 0 && (
          <>
            <Button onClick={() => setAsking('pause')}>{t.pauseAll}</Button>
            <Button disabled={paused.length === 0} onClick={() => setAsking('resume')}>
              {t.resumeAll}
            </Button>
          </>
        )}
      </PageHead>
      <Loaded query={jobs}>{() => <JobList jobs={items} />}</Loaded>
      {asking === 'pause' && <PauseDialog job={null} onClose={() => setAsking(null)} />}
      {asking === 'resume' && <ResumeAllDialog jobs={paused} onClose={() => setAsking(null)} />}
    </>
  );
}

function JobList({ jobs }: { jobs: readonly JobSummary[] }) {
  const { jobs: t } = useMessages();
  const { troubled, well, own } = sortJobs(jobs);
  if (jobs.length === 0) return <EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>;
  return (
    <>
      {troubled.length > 0 && (
        <Section title={t.problems(troubled.length)} id="problems">
          <Rows jobs={troubled} />
        </Section>
      )}
      {well.length > 0 && (
        <Section title={t.well} id="well">
          <Rows jobs={well} />
        </Section>
      )}
      {own.length > 0 && (
        <details className="mt-6">
          <summary className="cursor-pointer text-muted">{t.own(own.length)}</summary>
          <div className="mt-2">
            <Rows jobs={own} />
          </div>
        </details>
      )}
    </>
  );
}

function Rows({ jobs }: { jobs: readonly JobSummary[] }) {
  return (
    <ul className="overflow-hidden rounded-lg border border-line bg-card">
      {jobs.map((job) => (
        <JobRow key={job.id} job={job} />
      ))}
    </ul>
  );
}
