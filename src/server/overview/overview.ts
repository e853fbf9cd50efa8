import type { Overview } from '../../contracts/api/overview.ts';
import type { IssueFilter, StoredIssue } from '../../core/issues/index.ts';
import type { Messages } from '../../core/shared/index.ts';
import type { Services } from '../app-env.ts';
import { issueSummaries } from '../issues/summaries.ts';
import { reportSummaryView } from '../views/report-view.ts';
import { type JudgedService, judgeService, worstStatus } from './judge-service.ts';
import { ownProblems } from './own-problems.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const LISTED = 10;
/** Issues that were active last, among which those that make a service critical are. */
const LOOKED_AT = 100;

const ANY: Omit<IssueFilter, 'sort' | 'limit' | 'states'> = {
  words: [],
  projectId: null,
  service: null,
  revision: null,
  assignee: null,
  minimumSeverity: null,
  cursor: null,
};

/** What a person asks first: is anything wrong, where, since when; and whether Guardian itself can see. */
export async function overviewOf(services: Services, messages: Messages): Promise<Overview> {
  const { store, ingestKeys, clock } = services;
  const now = clock.now();
  const say = messages.server.overview;
  const [activity, active, newest, regressed, reports, projects, problems] = await Promise.all([
    store.activity.services(now),
    store.issues.list({ ...ANY, states: ['open', 'handed off', 'regressed'], sort: 'last-seen', limit: LOOKED_AT }),
    store.issues.list({ ...ANY, states: ['open', 'handed off', 'regressed'], sort: 'first-seen', limit: LISTED }),
    store.issues.list({ ...ANY, states: ['regressed'], sort: 'last-seen', limit: LISTED }),
    store.reports.newest(),
    ingestKeys.projects(),
    ownProblems(services, messages),
  ]);
  const slug = (projectId: number | null) => projects.find(({ id }) => id === projectId)?.slug ?? null;
  const judged = activity.map((one) =>
    judgeService(one, { issues: active.items, knobs: services.knobs, now, messages }),
  );
  const failedLooks = reports.filter(({ status }) => status === 'could not look').map(({ service }) => service ?? '?');
  const summaries = (issues: readonly StoredIssue[]) => issueSummaries(services, issues);
  return {
    status: worstStatus(judged, failedLooks.length > 0),
    reasons: [
      ...judged.flatMap(({ activity, reasons }) => reasons.map((why) => say.of(activity.service, why))),
      ...failedLooks.map(say.failedLook),
    ],
    isEmpty: activity.length === 0,
    services: judged.map((one) => serviceView(one, slug(one.activity.projectId) ?? '')),
    newIssues: await summaries(newest.items.filter(({ firstSeen }) => now - firstSeen < DAY_MS)),
    regressedIssues: await summaries(regressed.items),
    latestReports: reports
      .toSorted((a, b) => b.madeAt - a.madeAt)
      .slice(0, LISTED)
      .map((report) =>
        reportSummaryView(report, {
          project: slug(report.projectId),
          now,
          isNewest: true,
          dueAfter: services.dueAfter,
        }),
      ),
    ownProblems: problems,
  };
}

function serviceView({ activity, status, lastEventAt }: JudgedService, project: string): Overview['services'][number] {
  const { service, incidentsLastHour, openIssues, newestRevision, incidentsByHour } = activity;
  return {
    project,
    service,
    status,
    errorsLastHour: incidentsLastHour,
    openIssues,
    lastEventAt,
    revision: newestRevision,
    lastDay: incidentsByHour,
  };
}
