import type { IssueDetail, IssueFeedback, IssueIncident, IssueSummary } from '../../contracts/api/issues.ts';
import type { StoredEvent } from '../../core/events/index.ts';
import type {
  Feedback,
  IssueAbout,
  ReleaseHealth,
  StateDetail,
  StoredIncident,
  StoredIssue,
} from '../../core/issues/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import { severityClassOf } from './severity.ts';

export const HOUR_MS = 60 * 60 * 1000;
const NEW_MS = 24 * HOUR_MS;

export interface IssueSurroundings {
  /** Slug of the issue's project. */
  project: string;
  /** Incidents of each of the last 24 hours, oldest first. */
  lastDay: number[];
  /** Epoch ms. */
  now: number;
}

export function issueSummaryView(issue: StoredIssue, { project, lastDay, now }: IssueSurroundings): IssueSummary {
  const { id, service, title, errorType, location, endpoint, state, signal, firstRevision, lastRevision } = issue;
  return {
    id,
    shortId: shortIdOf(issue, project),
    project,
    service,
    title,
    errorType,
    location,
    endpoint,
    state,
    stateDetail: issue.stateDetail === null ? null : stateDetailView(issue.stateDetail),
    severity: severityClassOf(issue.severity),
    signal,
    // What somebody has answered is no news.
    isNew: now - issue.firstSeen < NEW_MS && issue.state !== 'resolved' && issue.state !== 'ignored',
    firstSeen: toInstant(issue.firstSeen),
    lastSeen: toInstant(issue.lastSeen),
    firstRevision,
    lastRevision,
    incidents: issue.incidents,
    events: issue.events,
    users: issue.users,
    assignee: issue.assignee,
    lastDay,
  };
}

function shortIdOf({ number }: Pick<StoredIssue, 'number'>, project: string): string {
  return `${project.toUpperCase()}-${number}`;
}

function stateDetailView(detail: StateDetail): IssueSummary['stateDetail'] {
  if (detail.kind === 'resolved')
    return { revision: detail.in === 'revision' ? detail.revision : null, isNextRevision: detail.in === 'next' };
  return {
    until: detail.until === 'time' ? 'until' : detail.until,
    untilTime: detail.until === 'time' ? toInstant(detail.time) : null,
    untilCount: detail.until === 'count' ? detail.incidents : null,
  };
}

export function issueDetailView(
  issue: StoredIssue,
  about: IssueAbout,
  more: IssueSurroundings &
    Pick<IssueDetail, 'suggestions' | 'merged' | 'quietDays'> & { releases: readonly ReleaseHealth[] },
): IssueDetail {
  const { suggestions, merged, quietDays } = more;
  const releases = new Map(more.releases.map((health) => [health.release, health]));
  return {
    ...issueSummaryView(issue, more),
    fingerprint: issue.fingerprint,
    why: issue.why,
    hashes: about.hashes,
    revisions: about.revisions.map((seen) => ({
      ...seen,
      firstSeen: toInstant(seen.firstSeen),
      lastSeen: toInstant(seen.lastSeen),
      health: healthView(releases.get(seen.revision) ?? null),
    })),
    quietDays,
    latestEventId: String(issue.lastEventSeq),
    suggestions,
    mergedInto: issue.mergedInto,
    merged,
  };
}

/** More crashes than sessions come where the beginnings of sessions were lost: then none was free of them. */
function healthView(health: ReleaseHealth | null): IssueDetail['revisions'][number]['health'] {
  if (health === null) return null;
  const { sessions, crashed, abnormal } = health;
  return { sessions, crashed, abnormal, crashFree: sessions === 0 ? null : Math.max(0, 1 - crashed / sessions) };
}

export function feedbackView({ eventSeq, at, ...said }: Feedback): IssueFeedback {
  return { ...said, at: toInstant(at), eventId: String(eventSeq) };
}

/** `events`: those of the incident that are still kept. */
export function incidentView(incident: StoredIncident, events: ReadonlyMap<number, StoredEvent>): IssueIncident {
  const { id, from, to, entries, revision, endpoint, eventSeq } = incident;
  return {
    id,
    from: toInstant(from),
    to: toInstant(to),
    entries,
    revision,
    endpoint,
    eventId: String(eventSeq),
    members: incident.members.flatMap(({ eventSeq: seq, foldedBy }) => {
      const event = events.get(seq)?.event;
      const at = toInstant(event?.time ?? 0);
      return event ? [{ eventId: String(seq), at, body: event.body.slice(0, 500), foldedBy }] : [];
    }),
  };
}

/** Incidents by hour, of the 24 hours that end with the current one, oldest first. */
export function lastDayOf(hours: readonly { hour: number; incidents: number }[], now: number): number[] {
  const first = Math.floor(now / HOUR_MS) * HOUR_MS - 23 * HOUR_MS;
  const counts = new Array<number>(24).fill(0);
  for (const { hour, incidents } of hours) {
    const index = Math.round((hour - first) / HOUR_MS);
    if (index >= 0 && index < 24) counts[index]! += incidents;
  }
  return counts;
}
