import type { Overview } from '../../../contracts/api/overview.ts';
import { Section } from '../../components/card.tsx';
import { ReportRow } from '../../components/report-row.tsx';
import { useMessages } from '../../language.tsx';

export function LatestReports({ reports }: { reports: Overview['latestReports'] }) {
  const { overview: t } = useMessages();
  return (
    <Section title={t.latestReports} id="reports">
      {reports.length === 0 ? (
        <p className="text-muted">{t.noReports}</p>
      ) : (
        <ul className="overflow-hidden rounded-lg border border-line bg-card">
          {reports.map((report) => (
            <ReportRow key={report.id} report={report} />
          ))}
        </ul>
      )}
    </Section>
  );
}
