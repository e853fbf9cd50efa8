import type { UnderstandingLimits } from '../limits.ts';
import type { Candidate } from './candidate.ts';
import type { Partition } from './partition.ts';

/** Milliseconds. What a platform writes about one death: the limit, the signal, the exit. */
const ONE_DEATH_MS = 10_000;
/** A platform's own words on a request that lost its process. */
const LOST_REQUEST =
  /(?:HTTP response was malformed or connection to the instance had an error|container instance was found to be using too much memory and was terminated|the instance (?:was|has been) (?:terminated|shut down))/i;

type DeathLimits = Pick<UnderstandingLimits, 'deathBeforeMs' | 'deathAfterMs' | 'sameInstanceMs'>;

/**
 * Key (d): a death (out of memory, exit) with the 5xx from 60 s before to 10 s after of its instance, or of its revision if their own
 * text says that the process was terminated. A request that logged a stack of its own keeps its incident.
 *
 * Returns, by the index of a death's event, how many failed requests it explains.
 */
export function foldDeaths(partition: Partition, limits: DeathLimits): Map<number, number> {
  const deaths = partition.candidates.flatMap(({ signal }, index) => (signal ? [index] : []));
  const impacts = new Map<number, number>();
  if (deaths.length === 0) return impacts;
  joinDeaths(partition, deaths);
  joinFatalStacks(partition, limits);
  const lethal = deaths.filter((index) => partition.at(index).signal?.type !== 'UNHEALTHY');
  const withStack = new Set<number>();
  const deathRoots = new Set(deaths.map((index) => partition.rootOf(index)));
  partition.candidates.forEach(({ event }, index) => {
    if (event.exceptions.length > 0) withStack.add(partition.rootOf(index));
  });
  partition.candidates.forEach((candidate, index) => {
    const status = candidate.request?.status ?? 0;
    const root = partition.rootOf(index);
    if (status < 500 || withStack.has(root) || deathRoots.has(root)) return;
    const death = nearestDeath(partition, lethal, candidate, limits);
    if (death === null || !partition.join(death, index, 'death-impact')) return;
    deathRoots.add(partition.rootOf(death));
    impacts.set(death, (impacts.get(death) ?? 0) + 1);
  });
  return impacts;
}

/** The last stack an instance logged before it exited is why it exited: an exception nobody caught. Candidates ascend by time. */
function joinFatalStacks(partition: Partition, { sameInstanceMs }: DeathLimits): void {
  const lastStack = new Map<string, number>();
  partition.candidates.forEach(({ event, signal }, index) => {
    const place = event.instance === null ? null : `${event.revision}\n${event.instance}`;
    if (place === null) return;
    if (signal?.type === 'CRASH') {
      const stack = lastStack.get(place);
      if (stack !== undefined && event.time - partition.at(stack).event.time <= sameInstanceMs)
        partition.join(index, stack, 'death-cause');
    } else if (event.exceptions.length > 0) {
      lastStack.set(place, index);
    }
  });
}

function joinDeaths(partition: Partition, deaths: readonly number[]): void {
  let open: number[] = [];
  for (const index of deaths) {
    const { event } = partition.at(index);
    open = open.filter((known) => event.time - partition.at(known).event.time <= ONE_DEATH_MS);
    const same = open.find((known) => isSameDeath(partition.at(known), partition.at(index)));
    if (same === undefined) open = [...open.slice(-63), index];
    else partition.join(same, index, 'death');
  }
}

/** Of one instance; or, where the platform names none, of one revision and not the same sentence twice. */
function isSameDeath(a: Candidate, b: Candidate): boolean {
  if (a.event.revision !== b.event.revision) return false;
  if (a.event.instance !== null && b.event.instance !== null) return a.event.instance === b.event.instance;
  return a.event.revision !== null && a.signal?.rule !== b.signal?.rule;
}

function nearestDeath(
  partition: Partition,
  deaths: readonly number[],
  { event, request }: Candidate,
  limits: DeathLimits,
): number | null {
  let nearest: number | null = null;
  let nearestMs = Number.POSITIVE_INFINITY;
  const saysLost = LOST_REQUEST.test(event.body.slice(0, 2_048));
  const end = event.time + (request?.durationMs ?? 0);
  for (let at = firstAfter(partition, deaths, event.time - limits.deathAfterMs); at < deaths.length; at++) {
    const index = deaths[at] as number;
    const death = partition.at(index).event;
    if (death.time - event.time > limits.deathBeforeMs) break;
    if (death.revision !== event.revision) continue;
    const isSameInstance = death.instance !== null && death.instance === event.instance;
    if (!isSameInstance && !saysLost) continue;
    const distance = Math.abs(death.time - end) + (isSameInstance ? 0 : limits.deathBeforeMs);
    if (distance < nearestMs) {
      nearest = index;
      nearestMs = distance;
    }
  }
  return nearest;
}

/** `deaths` ascend by time. */
function firstAfter(partition: Partition, deaths: readonly number[], time: number): number {
  let low = 0;
  let high = deaths.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (partition.at(deaths[middle] as number).event.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
