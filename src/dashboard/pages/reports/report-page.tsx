import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Report } from '../../../contracts/report.ts';
import { reportPageQuery, reportQuery } from '../../api/queries/reports.ts';
import { withQuery } from '../../api/request.ts';
import { StatusBadge } from '../../components/badges.tsx';
import { buttonClass } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { SandboxedFrame } from '../../components/sandboxed-frame.tsx';
import { Ago, Exact } from '../../components/time.tsx';
import { useLanguage, useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

const route = getRouteApi('/reports/$id');
const FORMATS = [
  ['html', 'html'],
  ['json', 'json'],
  ['markdown', 'md'],
  ['text', 'txt'],
] as const;

/** One report: its verdict, then its own page in a frame that can do nothing. */
export function ReportPage() {
  const { id } = route.useParams();
  const { reports: t } = useMessages();
  const report = useQuery(reportQuery(id));
  return (
    <>
      <title>{`${t.frame} · Guardian`}</title>
      <Link to="/reports" search={{}} className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <Loaded query={report}>{(data) => <Shown id={id} report={data} />}</Loaded>
    </>
  );
}

function Shown({ id, report }: { id: string; report: Report }) {
  const { language, messages } = useLanguage();
  const t = messages.reports;
  const page = useQuery(reportPageQuery(id));
  const address = (format: string) => withQuery(`/api/reports/${encodeURIComponent(id)}`, { format, language });
  return (
    <>
      <div className="mt-1 mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="text-xl font-semibold wrap-anywhere">{oneLine(report.service) || t.allServices}</h1>
        <StatusBadge status={report.status} />
        <span className="text-sm text-muted">
          {t.made} <Ago at={report.timestamp} />
        </span>
      </div>
      <Card className="mb-3">
        <ul className="text-sm">
          {report.status_reasons.map((reason) => (
            <li key={reason}>{visibleText(reason)}</li>
          ))}
        </ul>
        <p className="text-sm text-muted">
          <Exact at={report.window.from} /> – <Exact at={report.window.to} />
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <span className="text-sm text-muted">{t.downloads}</span>
          {FORMATS.map(([format, ending]) => (
            <a key={format} href={address(format)} download={`report-${id}.${ending}`} className={buttonClass()}>
              {t.download[format]}
            </a>
          ))}
          <a href={address('html')} target="_blank" rel="noreferrer" className={buttonClass('bare')}>
            {t.bigger} ↗
          </a>
        </div>
      </Card>
      <Loaded query={page}>{(html) => <SandboxedFrame title={t.frame} html={html} />}</Loaded>
    </>
  );
}
