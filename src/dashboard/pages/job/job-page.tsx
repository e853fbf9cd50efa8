import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { JobDetail } from '../../../contracts/api/jobs.ts';
import { jobQuery } from '../../api/queries/jobs.ts';
import { Badge } from '../../components/badges.tsx';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { RunBadge } from '../../components/run/run-badge.tsx';
import { Exact } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { usePerson } from '../../person.ts';
import { oneLine } from '../../visible-text.ts';
import { ClockChanges } from './clock-changes.tsx';
import { Definition } from './definition.tsx';
import { Durations } from './durations.tsx';
import { JobActions } from './job-actions.tsx';
import { JobRuns } from './job-runs.tsx';
import { NextTicks } from './next-ticks.tsx';
import { Prediction } from './prediction.tsx';
import { Statistics } from './statistics.tsx';

const route = getRouteApi('/jobs/$id');

export function JobPage() {
  const { id } = route.useParams();
  const { jobs: t } = useMessages();
  const job = useQuery(jobQuery(id));
  return (
    <>
      <title>{`${job.data?.label ?? t.title} · Guardian`}</title>
      <Link to="/jobs" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <Loaded query={job}>{(data) => <Job job={data} />}</Loaded>
    </>
  );
}

/** How it stands and what can be done, then its runs, then what it is and when it comes. */
function Job({ job }: { job: JobDetail }) {
  return (
    <>
      <Head job={job} />
      <div className="mt-4 grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          <Durations job={job.id} />
          <NextTicks job={job} />
          <JobRuns job={job.id} />
        </div>
        <div className="min-w-0">
          <Statistics statistics={job.statistics} />
          <Prediction prediction={job.prediction} />
          <ClockChanges job={job} />
          <Definition job={job} />
        </div>
      </div>
    </>
  );
}

function Head({ job }: { job: JobDetail }) {
  const { jobs: t } = useMessages();
  const person = usePerson();
  const { pause } = job;
  return (
    <>
      <div className="mt-1 flex flex-wrap items-center gap-2">
        <h1 className="text-xl font-semibold wrap-anywhere">{oneLine(job.label)}</h1>
        {job.last === null ? <Badge tone="none">{t.neverRan}</Badge> : <RunBadge status={job.last.status} />}
        {job.problem !== null && <Badge tone="bad">{t.problem[job.problem]}</Badge>}
        {pause !== null && <Badge tone="warn">{t.paused}</Badge>}
      </div>
      <p className="mb-3 text-sm text-muted wrap-anywhere">{oneLine(job.schedule)}</p>
      {pause !== null && (
        <Card edge="warn" tint="warn" className="mb-3">
          <p>
            {t.pausedBy(person(pause.by))} (<Exact at={pause.at} />){', '}
            {pause.until === null ? (
              t.pausedForGood
            ) : (
              <>
                {t.pausedUntil} <Exact at={pause.until} />
              </>
            )}
          </p>
          {pause.reason !== null && <p className="text-sm">{oneLine(pause.reason)}</p>}
        </Card>
      )}
      <JobActions job={job} />
    </>
  );
}
