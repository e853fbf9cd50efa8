import type { Event } from '../../events/index.ts';
import type { Incident } from '../incident.ts';
import type { UnderstandingLimits } from '../limits.ts';
import { fairShare } from './fair-share.ts';

export type KeepLimits = Pick<UnderstandingLimits, 'incidentsKept' | 'payloadsPerIssue' | 'payloadsKept'>;

/** How much of each issue is kept when there are so many of them: a fair share of what may be kept in all. */
export function sharesOf(
  incidentsPerIssue: readonly number[],
  limits: KeepLimits,
): { incidents: number; payloads: number } {
  return {
    incidents: fairShare(incidentsPerIssue, limits.incidentsKept),
    payloads: Math.min(limits.payloadsPerIssue, fairShare(incidentsPerIssue, limits.payloadsKept)),
  };
}

/** The first incidents, those behind the first `payloads` without the whole records of their events. */
export function firstIncidents(
  incidents: readonly Incident[],
  shares: { incidents: number; payloads: number },
): Incident[] {
  return incidents
    .slice(0, shares.incidents)
    .map((incident, index) => (index < shares.payloads ? incident : withoutPayload(incident)));
}

function withoutPayload(incident: Incident): Incident {
  if (!incident.members.some(({ event }) => event.payload !== null)) return incident;
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
