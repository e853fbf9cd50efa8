import type { Event } from '../../events/index.ts';
import { compareText } from '../fold/candidate.ts';
import type { Incident } from '../incident.ts';
import type { Issue } from '../issue.ts';
import type { UnderstandingLimits } from '../limits.ts';
import type { IssueGroup } from './issue-group.ts';

type KeepLimits = Pick<UnderstandingLimits, 'incidentsKept' | 'payloadsPerIssue'>;

/** The issues worst first: deaths, then errors, then warnings; more incidents first, then newest. Within the bounds of what is kept whole. */
export function keepTelling(groups: readonly IssueGroup[], limits: KeepLimits): Issue[] {
  const issues = groups.map((group) => group.toIssue()).sort(compareIssues);
  const perIssue = fairShare(
    issues.map(({ incidents }) => incidents.length),
    limits.incidentsKept,
  );
  return issues.map((issue) => ({
    ...issue,
    incidents: issue.incidents
      .slice(0, perIssue)
      .map((incident, index) => (index < limits.payloadsPerIssue ? incident : withoutPayload(incident))),
  }));
}

function compareIssues(a: Issue, b: Issue): number {
  return (
    gravity(a) - gravity(b) ||
    b.incidentCount - a.incidentCount ||
    b.lastSeen - a.lastSeen ||
    compareText(a.fingerprint, b.fingerprint) ||
    compareText(a.id, b.id)
  );
}

function gravity({ kind, incidents }: Issue): number {
  if (incidents.some(({ signal }) => signal !== null)) return 0;
  return kind === 'error' ? 1 : 2;
}

/** The largest number that each may keep so that all together keep at most `total`; at least 1. */
function fairShare(counts: readonly number[], total: number): number {
  const ascending = [...counts].sort((a, b) => a - b);
  let left = total;
  for (let at = 0; at < ascending.length; at++) {
    const count = ascending[at] as number;
    const share = Math.floor(left / (ascending.length - at));
    if (count > share) return Math.max(1, share);
    left -= count;
  }
  return ascending.at(-1) ?? 1;
}

function withoutPayload(incident: Incident): Incident {
  const lighten = (event: Event): Event => (event.payload === null ? event : { ...event, payload: null });
  const representative = lighten(incident.representative);
  return {
    ...incident,
    representative,
    members: incident.members.map(({ event, foldedBy }) => ({
      event: event === incident.representative ? representative : lighten(event),
      foldedBy,
    })),
  };
}
