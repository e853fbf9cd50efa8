import type { IssueBackground, StateDetail, StoredIssue } from '../ports.ts';
import { escalationLimit } from './escalation.ts';
import { isRegression } from './regression.ts';

const HOUR_MS = 3_600_000;

type JudgedIssue = Pick<StoredIssue, 'state' | 'stateDetail' | 'stateSince' | 'firstSeen' | 'incidents'>;

/** A new incident of an issue, as its state cares. */
export interface NewIncident {
  id: string;
  /** Epoch ms. */
  from: number;
  revision: string | null;
}

export interface StateChange {
  state: 'open' | 'regressed';
  stateDetail: null;
  stateSince: number;
  action: 'regressed' | 'escalated';
  /** Why, for the history: the incident, its revision, the limit it passed. */
  detail: Record<string, unknown>;
}

/** Whether the store's background of an issue is needed to judge new incidents of it. */
export function needsBackground({ state, stateDetail }: Pick<StoredIssue, 'state' | 'stateDetail'>): boolean {
  if (state === 'resolved') return stateDetail?.kind === 'resolved' && stateDetail.in !== 'now';
  return state === 'ignored' && (stateDetail?.kind !== 'ignored' || stateDetail.until === 'escalating');
}

/**
 * What new incidents (told in this pass, none of them counted in the store yet) do to the state of an issue: a resolved one may regress, an
 * ignored one may escalate or have been ignored long enough. Null: nothing.
 */
export function judgeIncidents(
  issue: JudgedIssue,
  incidents: readonly NewIncident[],
  context: { background: IssueBackground | null; now: number },
): StateChange | null {
  if (incidents.length === 0) return null;
  const ordered = [...incidents].sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1));
  if (issue.state === 'resolved') return regressionBy(issue, ordered, context);
  return issue.state === 'ignored' ? escalationBy(issue, ordered, context) : null;
}

function regressionBy(
  { stateDetail, stateSince }: JudgedIssue,
  incidents: readonly NewIncident[],
  { background, now }: { background: IssueBackground | null; now: number },
): StateChange | null {
  const detail: Extract<StateDetail, { kind: 'resolved' }> =
    stateDetail?.kind === 'resolved' ? stateDetail : { kind: 'resolved', in: 'now' };
  const known = background ?? { revisions: [], serviceRevisions: [] };
  const judge = ({ revision, from }: NewIncident) =>
    isRegression({ detail, resolvedAt: stateSince, background: known, revision, from });
  const found = incidents.find(judge);
  if (!found) return null;
  return {
    state: 'regressed',
    stateDetail: null,
    stateSince: now,
    action: 'regressed',
    detail: { incident: found.id, revision: found.revision, resolved: detail.in },
  };
}

function escalationBy(
  issue: JudgedIssue,
  incidents: readonly NewIncident[],
  { background, now }: { background: IssueBackground | null; now: number },
): StateChange | null {
  const { stateDetail } = issue;
  const escalated = (detail: Record<string, unknown>): StateChange => ({
    state: 'open',
    stateDetail: null,
    stateSince: now,
    action: 'escalated',
    detail,
  });
  const until = stateDetail?.kind === 'ignored' ? stateDetail.until : 'escalating';
  if (stateDetail?.kind === 'ignored' && stateDetail.until === 'time') {
    const { time } = stateDetail;
    const found = incidents.find(({ from }) => from >= time);
    return found ? escalated({ until, time, incident: found.id }) : null;
  }
  if (stateDetail?.kind === 'ignored' && stateDetail.until === 'count') {
    const since = issue.incidents + incidents.length - stateDetail.from;
    return since >= stateDetail.incidents ? escalated({ until, incidents: since }) : null;
  }
  if (until === 'for-ever' || background === null) return null;
  const passed = passedLimit(issue, incidents, background);
  return passed ? escalated({ until, ...passed }) : null;
}

/** "At every incident: this hour's count > limit", for each hour that new incidents are of. */
function passedLimit(
  { firstSeen }: JudgedIssue,
  incidents: readonly NewIncident[],
  { hours, highestEarlierHour }: IssueBackground,
): { hour: number; incidents: number; limit: number } | null {
  const counts = new Map(hours.map(({ hour, incidents: count }) => [hour, count]));
  const touched = new Set<number>();
  for (const { from } of incidents) {
    const hour = Math.floor(from / HOUR_MS) * HOUR_MS;
    counts.set(hour, (counts.get(hour) ?? 0) + 1);
    touched.add(hour);
  }
  const all = [...counts].map(([hour, count]) => ({ hour, incidents: count }));
  for (const hour of touched) {
    const limit = escalationLimit({ hours: all, highestEarlierHour, firstSeen, at: hour });
    const count = counts.get(hour) ?? 0;
    if (count > limit) return { hour, incidents: count, limit };
  }
  return null;
}
