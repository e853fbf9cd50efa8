import type { Candidate } from '../fold/candidate.ts';
import type { FoldedIncident } from '../fold/fold.ts';
import type { ServiceScope, StoredIncident } from '../ports.ts';

/** A queued event while it is held in memory. */
export interface LiveEvent extends Candidate {
  seq: number;
  /** Counts up as events are read. */
  order: number;
  /** Epoch ms. */
  readAt: number;
  bytes: number;
  /** What the store knows it as part of. */
  told: ToldIncident | null;
  /** Why it stands there. */
  toldBy: string | null;
  /** What folding makes of it now, while that is not told yet. */
  waiting: LiveIncident | null;
}

/** An incident as the store knows it. */
export interface ToldIncident {
  id: string;
  representative: number;
  /** Those that are in memory. */
  members: LiveEvent[];
  /** Members that are not in memory (yet): nothing is changed until they are. */
  missing: number;
}

/** An incident as folding has it now. */
export interface LiveIncident {
  scope: ServiceScope;
  id: string;
  folded: FoldedIncident;
  representative: LiveEvent;
  members: LiveEvent[];
  /** What the store knows its members as part of. */
  told: ToldIncident[];
  /** None of its members was told before. */
  isNew: boolean;
}

/** An event has one place in the store: the same event gives the same id, whatever arrives in whatever order. */
function incidentIdOf(seq: number): string {
  return `incident-${seq.toString(36)}`;
}

/** Whether the store knows exactly this. */
export function isTold(folded: FoldedIncident): boolean {
  const representative = folded.representative as LiveEvent;
  const { told } = representative;
  if (told === null || told.missing > 0) return false;
  if (told.representative !== representative.seq || told.members.length !== folded.members.length) return false;
  return folded.members.every(({ candidate, foldedBy }) => {
    const member = candidate as LiveEvent;
    return member.told === told && member.toldBy === foldedBy;
  });
}

export function toLiveIncident(scope: ServiceScope, folded: FoldedIncident): LiveIncident {
  const representative = folded.representative as LiveEvent;
  const members = folded.members.map(({ candidate }) => candidate as LiveEvent);
  const told = [...new Set(members.map((member) => member.told).filter((known) => known !== null))];
  return {
    scope,
    id: incidentIdOf(representative.seq),
    folded,
    representative,
    members,
    told,
    isNew: told.length === 0,
  };
}

/** What the store told of its members, as memory holds it: its events join it as they are read. */
export function toTold({ id, eventSeq, members }: StoredIncident): ToldIncident {
  return { id, representative: eventSeq, members: [], missing: members.length };
}
