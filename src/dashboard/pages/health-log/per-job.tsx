import { Link } from '@tanstack/react-router';
import type { LogStats } from '../../api/queries/logs.ts';
import { RunBadge } from '../../components/run/run-badge.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

export function PerJob({ jobs }: { jobs: LogStats['per_job'] }) {
  const { healthLog: t } = useMessages();
  const formats = useFormats();
  if (jobs.length === 0) return null;
  const heads = [t.job, t.runs, t.successRate, t.mean, t.lastStatus, t.when];
  return (
    <ScrollBox label={t.perJob} className="rounded-lg border border-line bg-card">
      <table className="w-full text-left text-sm">
        <caption className="px-3 pt-2 text-left text-sm font-semibold">{t.perJob}</caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {heads.map((head) => (
              <th key={head} scope="col" className="px-3 py-1.5 font-normal">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <tr key={job.name} className="border-b border-line last:border-b-0">
              <th scope="row" className="px-3 py-1 font-semibold">
                <Link to="/jobs/$id" params={{ id: job.name }} search={{}} className="hover:underline">
                  {oneLine(job.label)}
                </Link>
              </th>
              <td className="px-3 py-1">{formats.count(job.total)}</td>
              <td className="px-3 py-1">{job.success_rate === null ? '–' : formats.percent(job.success_rate)}</td>
              <td className="px-3 py-1 whitespace-nowrap">
                {job.avg_execution_time === null ? '–' : formats.duration(job.avg_execution_time * 1000)}
              </td>
              <td className="px-3 py-1">{job.last_status === null ? '–' : <RunBadge status={job.last_status} />}</td>
              <td className="px-3 py-1">
                <Ago at={job.last_run} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
