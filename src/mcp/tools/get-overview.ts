import { z } from 'zod';
import type { IssueSummary } from '../../contracts/api/issues.ts';
import type { Overview } from '../../contracts/api/overview.ts';
import type { Messages } from '../../core/shared/index.ts';
import { count, instant, issueState, textOrNull, untrusted } from '../schemas.ts';
import { defineTool } from '../tool.ts';
import { clip, namedBlock, paragraphs } from '../untrusted-text.ts';

const SERVICES = 50;
const ISSUES = 10;
const PROBLEMS = 10;
const REASONS = 10;

const serviceFields = z.strictObject({
  project: z.string(),
  status: z.enum(['OK', 'DEGRADED', 'CRITICAL', 'silent']),
  errorsLastHour: count,
  openIssues: count,
  lastEventAt: instant.nullable(),
  untrusted: untrusted({ service: z.string(), revision: textOrNull }),
});

const issueFields = z.strictObject({
  id: z.string(),
  shortId: z.string(),
  state: issueState,
  incidents: count,
  lastSeen: instant,
  untrusted: untrusted({ title: z.string(), service: z.string() }),
});

const overviewFields = z.strictObject({
  status: z
    .enum(['OK', 'DEGRADED', 'CRITICAL', 'unknown'])
    .describe('the worst of the services; unknown: nothing was ever received'),
  services: z.array(serviceFields),
  servicesLeftOut: count,
  newIssues: z.array(issueFields),
  regressedIssues: z.array(issueFields),
  ownProblems: z
    .array(z.strictObject({ code: z.string(), untrusted: untrusted({ message: z.string(), remedy: z.string() }) }))
    .describe("Guardian's own trouble"),
  untrusted: untrusted({ reasons: z.array(z.string()) }),
});
type OverviewFields = z.infer<typeof overviewFields>;

export const getOverview = defineTool({
  name: 'get_overview',
  title: 'Overview and services',
  description:
    'Is anything wrong? The status of every watched service with its open issues, what is new, what came back, and trouble of Guardian itself. Lists the names of services for the other tools.',
  scope: 'read',
  input: z.strictObject({}),
  output: overviewFields,
  async run(_input, { options }) {
    const data = fieldsOf(await options.overview());
    return { text: textOf(data, options.messages), data };
  },
});

function fieldsOf(overview: Overview): OverviewFields {
  return {
    status: overview.status,
    services: overview.services.slice(0, SERVICES).map((one) => ({
      project: one.project,
      status: one.status,
      errorsLastHour: one.errorsLastHour,
      openIssues: one.openIssues,
      lastEventAt: one.lastEventAt,
      untrusted: { service: clip(one.service, 200), revision: clip(one.revision, 200) },
    })),
    servicesLeftOut: Math.max(0, overview.services.length - SERVICES),
    newIssues: overview.newIssues.slice(0, ISSUES).map(issueOf),
    regressedIssues: overview.regressedIssues.slice(0, ISSUES).map(issueOf),
    ownProblems: overview.ownProblems.slice(0, PROBLEMS).map(({ code, message, remedy }) => ({
      code,
      untrusted: { message: clip(message, 300), remedy: clip(remedy, 300) },
    })),
    untrusted: { reasons: overview.reasons.slice(0, REASONS).map((reason) => clip(reason, 300)) },
  };
}

function issueOf(issue: IssueSummary): OverviewFields['newIssues'][number] {
  return {
    id: issue.id,
    shortId: issue.shortId,
    state: issue.state,
    incidents: issue.incidents,
    lastSeen: issue.lastSeen,
    untrusted: { title: clip(issue.title, 300), service: clip(issue.service, 200) },
  };
}

function textOf(data: OverviewFields, messages: Messages): string {
  const quoted = (id: string, values: Record<string, string | null>) =>
    namedBlock({ source: 'event', id }, values, messages);
  const issues = (title: string, list: OverviewFields['newIssues']) =>
    list.length === 0
      ? null
      : paragraphs(
          `## ${title}`,
          ...list.map((issue) =>
            paragraphs(
              `${issue.shortId}: ${issue.state}, ${issue.incidents} incidents, last seen ${issue.lastSeen}`,
              quoted(issue.shortId, issue.untrusted),
            ),
          ),
        );
  return paragraphs(
    `Status: ${data.status}`,
    quoted(
      'overview',
      Object.fromEntries(data.untrusted.reasons.map((reason, index) => [`reason ${index + 1}`, reason])),
    ),
    '## Services',
    ...data.services.map((one) =>
      paragraphs(
        `${one.status}: ${one.errorsLastHour} errors in the last hour, ${one.openIssues} open issues, last event ${one.lastEventAt ?? 'never'}, project ${one.project}`,
        quoted('service', one.untrusted),
      ),
    ),
    data.services.length === 0 ? 'None has sent anything.' : null,
    data.servicesLeftOut > 0 ? `${data.servicesLeftOut} more services.` : null,
    issues('New issues', data.newIssues),
    issues('Issues that came back', data.regressedIssues),
    data.ownProblems.length > 0 ? "## Guardian's own trouble" : null,
    ...data.ownProblems.map(({ code, untrusted: told }) => paragraphs(code, quoted('guardian', told))),
  );
}
