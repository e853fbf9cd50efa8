import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Overview } from '../../../contracts/api/overview.ts';
import { jobsQuery } from '../../api/queries/jobs.ts';
import { overviewQuery } from '../../api/queries/overview.ts';
import { UnresolvedAlerts, useFiringCount } from '../../components/alert/unresolved-alerts.tsx';
import { Section } from '../../components/card.tsx';
import { IssueRow } from '../../components/issue-row.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { jobsOfProject, sortJobs } from '../jobs/sort-jobs.ts';
import { useIsSampleLoading } from '../welcome/load-sample.tsx';
import { Welcome } from '../welcome/welcome.tsx';
import { JobsAnswer } from './jobs-answer.tsx';
import { JobsInShort } from './jobs-in-short.tsx';
import { LastDay } from './last-day.tsx';
import { LatestReports } from './latest-reports.tsx';
import { OwnProblems } from './own-problems.tsx';
import { ServiceRow } from './service-row.tsx';
import { Together } from './together.tsx';
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
        {(data) => {
          if (isSampleLoading) return <Welcome />;
          if (data.isEmpty) return <WithoutEvents overview={data} />;
          return <Answer overview={data} at={overview.dataUpdatedAt} />;
        }}
      </Loaded>
    </>
  );
}

/** Nothing was ever received: that is a beginning, unless there are jobs, which need no events. */
function WithoutEvents({ overview }: { overview: Overview }) {
  const jobs = useQuery(jobsQuery);
  const { project } = route.useSearch();
  return (
    <Loaded query={jobs}>
      {({ items }) => {
        // Guardian's own are there from the beginning.
        if (items.every(({ origin }) => origin === 'guardian')) return <Welcome />;
        return <JobsAnswer jobs={sortJobs(jobsOfProject(items, project))} overview={overview} />;
      }}
    </Loaded>
  );
}

/** `at`: when it was asked for, epoch ms. */
function Answer({ overview, at }: { overview: Overview; at: number }) {
  const { overview: t } = useMessages();
  const { project } = route.useSearch();
  const isShown = (one: { project: string | null }) => project === undefined || one.project === project;
  const jobs = useQuery(jobsQuery);
  const sorted = sortJobs(jobsOfProject(jobs.data?.items ?? [], project));
  const hasAlerts = useFiringCount() > 0;
  const services = overview.services.filter(isShown);
  const newIssues = overview.newIssues.filter(isShown);
  const regressed = overview.regressedIssues.filter(isShown);
  const isQuiet = newIssues.length + regressed.length + overview.ownProblems.length === 0;
  return (
    <>
      <Verdict
        overview={overview}
        services={services}
        project={project ?? null}
        hasAlerts={hasAlerts}
        hasJobTrouble={sorted.troubled.length > 0}
      />
      <Together />
      <OwnProblems problems={overview.ownProblems} />
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
      <LastDay services={services} at={at} />
      {/* While they load there is nothing to say of jobs yet; a failure is said. */}
      {!jobs.isPending && (
        <div className="mt-6 empty:hidden">
          <Loaded query={jobs}>{() => <JobsInShort jobs={sorted} isWhole={false} />}</Loaded>
        </div>
      )}
      <LatestReports reports={overview.latestReports.filter(isShown)} />
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
