import { createHistogram, type LogHistogram } from '../shared/index.ts';
import type { ErrorFact, RequestFact } from './usage-fact.ts';

/** Steps in which usage is counted; each is kept for as long as windows ask for it. */
export const USAGE_STEPS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type UsageStep = keyof typeof USAGE_STEPS;

/** What one batch adds to the counts; keys are those of the rows. A fact must be new: nothing is taken off again. */
export interface UsageIncrements {
  counts: CountIncrement[];
  latencies: LatencyIncrement[];
  users: UserIncrement[];
  revisions: { projectId: number; service: string; revision: string; at: number }[];
}

export interface CountIncrement {
  step: UsageStep;
  at: number;
  projectId: number;
  service: string;
  feature: string;
  /** 0: an error outside a request. */
  status: number;
  isAnonymous: boolean;
  requests: number;
  errors: number;
  /** Of the requests, how many stand for others that were not sent. */
  sampled: number;
}

export interface LatencyIncrement {
  step: UsageStep;
  at: number;
  projectId: number;
  service: string;
  histogram: LogHistogram;
}

export interface UserIncrement {
  step: 'hour' | 'day';
  at: number;
  projectId: number;
  service: string;
  user: string;
  requests: number;
  errors: number;
  /** Group of features → uses; with nothing of `Object` in it, since an application may call a group whatever it likes. */
  groups: Record<string, number>;
}

/** An empty one of those. */
export function noGroups(): Record<string, number> {
  return Object.create(null) as Record<string, number>;
}

export interface CountedFact {
  projectId: number;
  fact: RequestFact | ErrorFact;
}

/** Features of an error outside a request: it used none. */
const NO_FEATURE = '';

/** In the order of their keys: two writers of the same rows wait for each other. */
export function countFacts(facts: readonly CountedFact[]): UsageIncrements {
  const sums: Sums = { counts: new Map(), latencies: new Map(), users: new Map(), revisions: new Map() };
  for (const counted of facts) {
    const { projectId, fact } = counted;
    countUses(sums, counted);
    if (fact.who !== null) countUser(sums, counted, fact.who.user);
    if (fact.revision !== null) seeRevision(sums.revisions, projectId, { ...fact, revision: fact.revision });
  }
  return {
    counts: inOrder(sums.counts),
    latencies: inOrder(sums.latencies),
    users: inOrder(sums.users),
    revisions: inOrder(sums.revisions),
  };
}

/** By the keys of their rows. */
type Sums = { [Name in keyof UsageIncrements]: Map<string, UsageIncrements[Name][number]> };

function countUses({ counts, latencies }: Sums, { projectId, fact }: CountedFact): void {
  const isRequest = fact.kind === 'request';
  const { service, who } = fact;
  const feature = isRequest ? fact.feature : NO_FEATURE;
  const status = isRequest ? fact.status : fact.code;
  const isAnonymous = who === null;
  for (const step of ['minute', 'hour', 'day'] as const) {
    const at = startOf(fact.at, step);
    const place = { step, at, projectId, service };
    const known = entryOf(counts, [step, at, projectId, service, feature, status, isAnonymous], () => {
      return { ...place, feature, status, isAnonymous, requests: 0, errors: 0, sampled: 0 };
    });
    known.requests += isRequest ? 1 : 0;
    known.errors += errorsOf(fact);
    if (!isRequest) continue;
    known.sampled += Number(fact.isSampled);
    const latency = entryOf(latencies, [step, at, projectId, service], () => ({
      ...place,
      histogram: createHistogram(),
    }));
    latency.histogram.add(fact.durationMs);
  }
}

function countUser({ users }: Sums, { projectId, fact }: CountedFact, user: string): void {
  const { service } = fact;
  for (const step of ['hour', 'day'] as const) {
    const at = startOf(fact.at, step);
    const known = entryOf(users, [step, at, projectId, service, user], (): UserIncrement => {
      return { step, at, projectId, service, user, requests: 0, errors: 0, groups: noGroups() };
    });
    known.errors += errorsOf(fact);
    if (fact.kind !== 'request') continue;
    known.requests += 1;
    known.groups[fact.group] = (known.groups[fact.group] ?? 0) + 1;
  }
}

function errorsOf(fact: RequestFact | ErrorFact): number {
  return fact.kind === 'error' || fact.error !== null ? 1 : 0;
}

export function startOf(instant: number, step: UsageStep): number {
  return instant - (instant % USAGE_STEPS[step]);
}

function seeRevision(
  revisions: Map<string, UsageIncrements['revisions'][number]>,
  projectId: number,
  { service, revision, at }: { service: string; revision: string; at: number },
): void {
  const known = entryOf(revisions, [projectId, service, revision], () => ({ projectId, service, revision, at }));
  if (at < known.at) known.at = at;
}

function entryOf<T>(entries: Map<string, T>, key: readonly unknown[], make: () => T): T {
  const name = JSON.stringify(key);
  const known = entries.get(name);
  if (known !== undefined) return known;
  const made = make();
  entries.set(name, made);
  return made;
}

function inOrder<T>(entries: ReadonlyMap<string, T>): T[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
