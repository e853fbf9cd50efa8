import { Link } from '@tanstack/react-router';
import { Section } from '../../components/card.tsx';
import { useMessages } from '../../language.tsx';
import { JobRow } from '../jobs/job-row.tsx';
import type { SortedJobs } from '../jobs/sort-jobs.ts';

/** The rest stands on the page of the jobs. */
const SHOWN = 10;

interface JobsInShortProps {
  jobs: SortedJobs;
  /** Whether those that are as they should be are listed too: where nothing but jobs is watched. */
  isWhole: boolean;
}

/** Those that need a look first. Takes no room where nobody but Guardian itself has a job and that one is well. */
export function JobsInShort({ jobs: { troubled, well }, isWhole }: JobsInShortProps) {
  const { overview: t } = useMessages();
  const count = troubled.length + well.length;
  if (count === 0) return null;
  const shown = (isWhole ? [...troubled, ...well] : troubled).slice(0, SHOWN);
  return (
    <Section
      id="jobs"
      title={t.jobs}
      aside={
        <Link to="/jobs" search={{}} className="text-sm text-info underline">
          {t.allJobs(count)}
        </Link>
      }
    >
      {shown.length === 0 ? (
        <p className="text-muted">{t.jobsAllWell}</p>
      ) : (
        <ul className="overflow-hidden rounded-lg border border-line bg-card">
          {shown.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Section>
  );
}
