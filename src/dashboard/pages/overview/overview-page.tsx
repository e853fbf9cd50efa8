import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Overview } from '../../../contracts/api/overview.ts';
import { overviewQuery } from '../../api/queries/overview.ts';
import { UnresolvedAlerts, useFiringCount } from '../../components/alert/unresolved-alerts.tsx';
import { Card, Section } from '../../components/card.tsx';
import { IssueRow } from '../../components/issue-row.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { ReportRow } from '../../components/report-row.tsx';
import { useMessages } from '../../language.tsx';
import { visibleText } from '../../visible-text.ts';
import { useIsSampleLoading } from '../welcome/load-sample.tsx';
import { Welcome } from '../welcome/welcome.tsx';
import { ServiceRow } from './service-row.tsx';
import { Verdict } from './verdict.tsx';

const route = getRouteApi('__root__');

export function OverviewPage() {
  const { shell } = useMessages();
  const overview = useQuery(overviewQuery);
  const isSampleLoading = useIsSampleLoading();
  return (
    <>
      <title>{`${shell.pages.overview} · Guardian`}</title>
      <UnresolvedAlerts />
      <Loaded query={overview}>
        {(data) => (data.isEmpty || isSampleLoading ? <Welcome /> : <Answer overview={data} />)}
      </Loaded>
    </>
  );
}

function Answer({ overview }: { overview: Overview }) {
  const { overview: t } = useMessages();
  const { project } = route.useSearch();
  const isShown = (one: { project: string | null }) => project === undefined || one.project === project;
  const hasAlerts = useFiringCount() > 0;
  const services = overview.services.filter(isShown);
  const newIssues = overview.newIssues.filter(isShown);
  const regressed = overview.regressedIssues.filter(isShown);
  const reports = overview.latestReports.filter(isShown);
  const isQuiet = newIssues.length + regressed.length + overview.ownProblems.length === 0;
  return (
    <>
      <Verdict overview={overview} services={services} project={project ?? null} hasAlerts={hasAlerts} />
      {overview.ownProblems.length > 0 && (
        <Section title={t.ownProblems} id="own-problems">
          <div className="flex flex-col gap-2">
            {overview.ownProblems.map(({ code, message, remedy }) => (
              <Card key={`${code} ${message}`} edge="warn" tint="warn">
                <p className="font-semibold">{visibleText(message)}</p>
                <p className="text-sm">
                  {t.whatToDo} {visibleText(remedy)}
                </p>
              </Card>
            ))}
          </div>
        </Section>
      )}
      <IssueSection title={t.regressedIssues} id="regressed" issues={regressed} />
      <IssueSection title={t.newIssues} id="new" issues={newIssues} />
      {isQuiet && <p className="mt-6 text-muted">{t.quiet}</p>}
      <Section title={t.services} id="services">
        {services.length === 0 ? (
          <p className="text-muted">{t.nothingHere}</p>
        ) : (
          <ul className="overflow-hidden rounded-lg border border-line bg-card">
            {services.map((service) => (
              <ServiceRow key={`${service.project}/${service.service}`} service={service} />
            ))}
          </ul>
        )}
      </Section>
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
    </>
  );
}

function IssueSection({ title, id, issues }: { title: string; id: string; issues: Overview['newIssues'] }) {
  if (issues.length === 0) return null;
  return (
    <Section title={`${title} (${issues.length})`} id={id}>
      <ul className="overflow-hidden rounded-lg border border-line bg-card">
        {issues.map((issue) => (
          <IssueRow key={issue.id} issue={issue} />
        ))}
      </ul>
    </Section>
  );
}
