import { shortHash } from '../../shared/index.ts';
import type { FoldedIncident } from '../fold/fold.ts';
import type { CriticalSignal, Incident } from '../incident.ts';

/** From the representative's event, which has one id in its source: the same input gives the same id. */
function incidentId({ representative: { event } }: Pick<FoldedIncident, 'representative'>): string {
  return `incident-${shortHash(`${event.source.kind}\u0000${event.source.name}\u0000${event.id}`, 12)}`;
}

export function toIncident(folded: FoldedIncident, membersKept: number): Incident {
  const events = folded.members.map(({ candidate }) => candidate.event);
  const kept = folded.members.length <= membersKept ? folded.members : keepMembers(folded, membersKept);
  return {
    id: incidentId(folded),
    kind: folded.kind === 'error' ? 'error' : 'warning',
    service: folded.representative.event.service,
    representative: folded.representative.event,
    members: kept.map(({ candidate, foldedBy }) => ({ event: candidate.event, foldedBy })),
    entries: entriesOf(folded),
    from: events[0]?.time ?? 0,
    to: events.at(-1)?.time ?? 0,
    signal: toSignal(folded),
    linked: folded.linked.filter(({ kind }) => kind !== 'latency').map(incidentId),
  };
}

/** The first ones, and always the representative. */
function keepMembers({ members }: FoldedIncident, count: number): FoldedIncident['members'] {
  const first = members.slice(0, count);
  const representative = members.find(({ foldedBy }) => foldedBy === 'representative');
  return representative && !first.includes(representative) ? [...first.slice(0, -1), representative] : first;
}

export function toSignal({ signal, affectedRequests }: FoldedIncident): CriticalSignal | null {
  if (signal?.signal == null) return null;
  return { type: signal.signal.type, event: signal.event, affectedRequests, memory: signal.signal.memory };
}

/** Log entries of all members. */
export function entriesOf({ members }: FoldedIncident): number {
  return members.reduce((sum, { candidate }) => sum + candidate.event.entries, 0);
}
