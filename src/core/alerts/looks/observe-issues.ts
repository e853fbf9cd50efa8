import type { IssueReader, StoredIssue } from '../../issues/ports.ts';
import type { Observation } from '../alert.ts';
import { judge, thresholdOf } from '../rules/limits.ts';
import type { IssueRule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import type { Look } from './look.ts';
import { observationOf } from './observation-of.ts';

export type IssueLookReader = Pick<IssueReader, 'list' | 'get' | 'incidents'>;

/** Issues of one look: 50 pages. */
const MOST_PAGES = 50;
const PAGE = 200;
/** Incidents of one issue that are counted one by one; more are "at least". */
const MOST_INCIDENTS = 10_000;

interface Context {
  reader: IssueLookReader;
  at: number;
  words: Sayings;
}

/**
 * Issues that were seen within the rule's time, or are regressed. One that fires and is not among them is asked for by itself: it has become quiet, or was
 * merged away.
 */
export async function observeIssues(rule: IssueRule, context: Context): Promise<Look> {
  const { issues, isWhole } = await concernedIssues(rule, context);
  const observations = [];
  for (const issue of issues) observations.push(await observeOne(rule, issue, context));
  return {
    observations,
    isWhole,
    missing: async ({ id }) => {
      const issue = await context.reader.get(id);
      return issue && issue.mergedInto === null ? observeOne(rule, issue, context) : null;
    },
  };
}

async function concernedIssues(
  rule: IssueRule,
  { reader, at }: Context,
): Promise<{ issues: StoredIssue[]; isWhole: boolean }> {
  const { check, projectId, services } = rule;
  const from = 'withinMs' in check ? at - check.withinMs : Number.NEGATIVE_INFINITY;
  const time = ({ lastSeen, firstSeen }: StoredIssue) => (check.of === 'opened' ? firstSeen : lastSeen);
  const issues: StoredIssue[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const read = await reader.list({
      ...{ words: [], states: check.of === 'regression' ? ['regressed'] : null, projectId },
      service: services.length === 1 ? services[0]! : null,
      ...{ revision: null, assignee: null, minimumSeverity: null },
      sort: check.of === 'opened' ? 'first-seen' : 'last-seen',
      cursor,
      limit: PAGE,
    });
    const recent = read.items.filter((issue) => time(issue) >= from);
    issues.push(...recent.filter(({ service }) => services.length === 0 || services.includes(service)));
    cursor = read.nextCursor;
    if (cursor === null || recent.length < read.items.length) return { issues, isWhole: true };
  }
  return { issues, isWhole: false };
}

async function observeOne(rule: IssueRule, issue: StoredIssue, context: Context): Promise<Observation> {
  const { check } = rule;
  const { at, words } = context;
  const { title } = issue;
  switch (check.of) {
    case 'regression':
      return found(rule, issue, {
        ...{ at, condition: issue.state === 'regressed' ? 'bad' : 'good' },
        description: words.issueRegressed(title),
      });
    case 'opened': {
      // Whoever has dealt with it has heard of it.
      const isNew = issue.firstSeen >= at - check.withinMs && issue.state === 'open';
      return found(rule, issue, { at, condition: isNew ? 'bad' : 'good', description: words.issueOpened(title) });
    }
    case 'incidents':
    case 'events':
    case 'users': {
      const value = await countOf(check.of, issue, at - check.withinMs, context);
      const { condition, severity, bounds } = judge(value, check, rule.severity);
      // What people chose not to hear of raises nothing, however much comes of it.
      const isMuted = issue.state === 'ignored';
      return found(rule, issue, {
        ...{ at, condition: isMuted ? 'good' : condition, severity, value },
        threshold: thresholdOf(bounds, null, words),
        description: words.issueCount({
          ...{ of: check.of, title, value: words.number(value), within: words.span(check.withinMs) },
        }),
      });
    }
    default:
      return check satisfies never;
  }
}

async function countOf(
  of: 'incidents' | 'events' | 'users',
  { id, lastSeen }: StoredIssue,
  from: number,
  { reader }: Context,
): Promise<number> {
  if (lastSeen < from) return 0;
  const users = new Set<string>();
  let incidents = 0;
  let entries = 0;
  let cursor: string | null = null;
  do {
    const page = await reader.incidents(id, { cursor, limit: PAGE });
    for (const incident of page.items) {
      if (incident.from < from) continue;
      incidents += 1;
      entries += incident.entries;
      if (incident.userHash !== null) users.add(incident.userHash);
    }
    const last = page.items.at(-1);
    cursor = last && last.from >= from && incidents < MOST_INCIDENTS ? page.nextCursor : null;
  } while (cursor !== null);
  return { incidents, events: entries, users: users.size }[of];
}

function found(
  rule: IssueRule,
  { id, title, service, projectId, number, state }: StoredIssue,
  given: Pick<Observation, 'at' | 'condition' | 'description'> & Partial<Observation>,
): Observation {
  const subject = { kind: 'issue', id, name: title, labels: { service } };
  return observationOf(rule, subject, projectId, { ...given, evidence: { issue: number, state }, isCurrent: true });
}
