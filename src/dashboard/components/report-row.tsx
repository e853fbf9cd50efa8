import { Link } from '@tanstack/react-router';
import type { ReportSummary } from '../../contracts/api/reports.ts';
import { useMessages } from '../language.tsx';
import { oneLine, visibleText } from '../visible-text.ts';
import { Badge, StatusBadge } from './badges.tsx';
import { Ago } from './time.tsx';

/** A report with its age; a stale one says so, and one that could not look shows no figures. */
export function ReportRow({ report }: { report: ReportSummary }) {
  const { reports: t } = useMessages();
  const subject = [report.project, report.service].filter((part) => part !== null).join(' / ') || t.allServices;
  const hasLooked = report.status !== 'could not look';
  return (
    <li
      data-row
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2.5 last:border-b-0 focus-within:bg-raised hover:bg-raised sm:grid sm:grid-cols-[8.5rem_minmax(0,1fr)_minmax(0,1fr)]"
    >
      <span>
        <StatusBadge status={report.status} />
      </span>
      <span className="min-w-32 grow basis-40">
        <Link
          data-row-link
          to="/reports/$id"
          params={{ id: report.id }}
          search={{}}
          className="font-semibold wrap-anywhere hover:underline"
        >
          {oneLine(subject)}
        </Link>
        <span className="block text-xs text-muted">
          {t.made} <Ago at={report.madeAt} /> · {t.occasion[report.occasion]}
        </span>
      </span>
      <span className="grow basis-40 text-sm text-muted">
        {hasLooked ? (
          <>
            {t.errors(report.errors)} · {t.warnings(report.warnings)}
          </>
        ) : (
          <>
            {t.couldNotLook} <span className="text-ink">{visibleText(report.problem ?? '')}</span>
          </>
        )}{' '}
        {report.isStale && <Badge tone="warn">{t.stale}</Badge>}
      </span>
    </li>
  );
}
