import { type OriginOf, originLookup } from '../application-frame.ts';
import type { UnderstandingLimits } from '../limits.ts';
import type { Candidate, FoldReason } from './candidate.ts';
import { compareEvents } from './candidate.ts';
import { foldDeaths } from './deaths.ts';
import { foldHttpTwins } from './http-twins.ts';
import { NO_REQUEST, Partition } from './partition.ts';
import { foldRelatedStacks } from './related-stacks.ts';
import { applicationFrameCounter, chooseRepresentative } from './representative.ts';
import { foldRequests } from './request-groups.ts';
import { foldRequestSpans } from './request-span.ts';

/** What one failure logged: one error, one warning, or one slow operation. */
export interface FoldedIncident {
  kind: 'error' | 'warning' | 'latency';
  representative: Candidate;
  /** In time order, the representative included. */
  members: { candidate: Candidate; foldedBy: FoldReason }[];
  /** The platform's word on a death or ill health among the members, the gravest first; null when there is none. */
  signal: Candidate | null;
  affectedRequests: number;
  /** Other incidents of the same request, whose causes are unrelated. */
  linked: FoldedIncident[];
}

export interface FoldOptions {
  limits: UnderstandingLimits;
  originOf?: OriginOf;
}

/**
 * Folds events into incidents, strongest key first (request, HTTP twins, related stacks, death); see each step's file. The candidates
 * are ordered by time and id first, so that the order of arrival does not matter. Result in order of first event.
 */
export function fold(
  candidates: readonly Candidate[],
  { limits, originOf = originLookup() }: FoldOptions,
): FoldedIncident[] {
  const byService = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const service = candidate.event.service ?? '';
    const group = byService.get(service);
    if (group) group.push(candidate);
    else byService.set(service, [candidate]);
  }
  const countFrames = applicationFrameCounter(originOf);
  const incidents = [...byService.values()].flatMap((group) => foldService(group, limits, countFrames));
  return incidents.sort((a, b) => compareEvents(firstEvent(a), firstEvent(b)));
}

function foldService(
  candidates: Candidate[],
  limits: UnderstandingLimits,
  countFrames: ReturnType<typeof applicationFrameCounter>,
): FoldedIncident[] {
  candidates.sort((a, b) => compareEvents(a.event, b.event));
  const partition = new Partition(candidates);
  foldRequests(partition, limits);
  foldHttpTwins(partition, limits);
  foldRelatedStacks(partition, limits);
  foldRequestSpans(partition);
  const impacts = foldDeaths(partition, limits);
  const byRequest = new Map<number, FoldedIncident[]>();
  return partition.groups().map((group) => {
    const incident = toIncident(partition, group, impacts, countFrames);
    const request = partition.requestOf(group[0] as number);
    if (request !== NO_REQUEST) link(byRequest, request, incident);
    return incident;
  });
}

function toIncident(
  partition: Partition,
  group: readonly number[],
  impacts: ReadonlyMap<number, number>,
  countFrames: ReturnType<typeof applicationFrameCounter>,
): FoldedIncident {
  const members = group.map((index) => partition.at(index));
  const representative = chooseRepresentative(members, countFrames);
  // The first of a set was there before anything joined it: it is in for the reason the next one is.
  const firstReason =
    group.map((index) => partition.reasons[index] as FoldReason).find((reason) => reason !== 'alone') ?? 'alone';
  const reasonOf = (index: number) =>
    partition.reasons[index] === 'alone' ? firstReason : (partition.reasons[index] as FoldReason);
  const signals = members.filter(({ signal }) => signal !== null);
  return {
    kind: kindOf(members),
    representative,
    members: group.map((index) => {
      const candidate = partition.at(index);
      return { candidate, foldedBy: candidate === representative ? 'representative' : reasonOf(index) };
    }),
    signal: signals.length > 0 ? chooseRepresentative(signals, () => 0) : null,
    affectedRequests: group.reduce((sum, index) => sum + (impacts.get(index) ?? 0), 0),
    linked: [],
  };
}

function kindOf(members: readonly Candidate[]): FoldedIncident['kind'] {
  if (members.some(({ standing }) => standing === 'error')) return 'error';
  return members.some(({ standing }) => standing === 'warning') ? 'warning' : 'latency';
}

function link(byRequest: Map<number, FoldedIncident[]>, request: number, incident: FoldedIncident): void {
  const others = byRequest.get(request);
  if (!others) {
    byRequest.set(request, [incident]);
    return;
  }
  for (const other of others) {
    other.linked.push(incident);
    incident.linked.push(other);
  }
  if (others.length < 16) others.push(incident);
}

function firstEvent({ members }: FoldedIncident) {
  return (members[0] as FoldedIncident['members'][number]).candidate.event;
}
