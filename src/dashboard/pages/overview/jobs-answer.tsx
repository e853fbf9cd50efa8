import { Link } from '@tanstack/react-router';
import type { JobSummary } from '../../../contracts/api/jobs.ts';
import type { Overview } from '../../../contracts/api/overview.ts';
import { useFiringCount } from '../../components/alert/unresolved-alerts.tsx';
import { Card, type Tone } from '../../components/card.tsx';
import { Ago } from '../../components/time.tsx';
import type { Messages } from '../../i18n/current.ts';
import { useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';
import { isFailing, type SortedJobs } from '../jobs/sort-jobs.ts';
import { JobsInShort } from './jobs-in-short.tsx';
import { LatestReports } from './latest-reports.tsx';
import { OwnProblems } from './own-problems.tsx';
import { Together } from './together.tsx';

/** The overview of a team that runs jobs and sends no events: what it waits for is the next run, not a first event. */
export function JobsAnswer({ jobs, overview }: { jobs: SortedJobs; overview: Overview }) {
  const { overview: t, events } = useMessages();
  return (
    <>
      <JobsVerdict jobs={jobs} hasOwnTrouble={overview.ownProblems.length > 0} />
      <Together />
      <OwnProblems problems={overview.ownProblems} />
      <JobsInShort jobs={jobs} isWhole />
      {overview.latestReports.length > 0 && <LatestReports reports={overview.latestReports} />}
      <p className="mt-6 text-sm text-muted">
        {t.onlyJobs}{' '}
        <Link to="/welcome" search={{}} className="text-info underline">
          {events.emptySource}
        </Link>
      </p>
    </>
  );
}

function JobsVerdict({ jobs: { troubled, well }, hasOwnTrouble }: { jobs: SortedJobs; hasOwnTrouble: boolean }) {
  const { overview: t } = useMessages();
  const hasAlerts = useFiringCount() > 0;
  const [tone, sentence] = verdictOf({ troubled, well, hasAlerts, hasOwnTrouble }, t);
  const next = nextOf([...troubled, ...well]);
  return (
    <Card edge={tone} tint={tone}>
      <h1 className="text-xl font-semibold">{sentence}</h1>
      {next && (
        <p className="mt-1 text-sm">
          {t.jobsNext} {oneLine(next.label)}, <Ago at={next.at} />
        </p>
      )}
    </Card>
  );
}

type Situation = Pick<SortedJobs, 'troubled' | 'well'> & { hasAlerts: boolean; hasOwnTrouble: boolean };

/** The gravest of what there is to say. */
function verdictOf({ troubled, well, hasAlerts, hasOwnTrouble }: Situation, t: Messages['overview']): [Tone, string] {
  const failing = troubled.filter(isFailing).length;
  if (failing > 0) return ['bad', t.jobsFail(failing)];
  if (troubled.length > 0) return ['warn', t.jobsNeedLook(troubled.length)];
  if (hasAlerts) return ['warn', t.jobsAlerts];
  if (hasOwnTrouble) return ['warn', t.jobsOwn];
  const hasRun = well.some(({ last }) => last !== null);
  return hasRun ? ['ok', t.jobsAllWell] : ['info', t.jobsNoneRan];
}

/** What comes next of all that have a time of their own and are not paused. */
function nextOf(jobs: readonly JobSummary[]): { label: string; at: string } | null {
  const [next] = jobs
    .flatMap(({ label, nextTick, pause }) => (nextTick === null || pause !== null ? [] : [{ label, at: nextTick }]))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return next ?? null;
}
