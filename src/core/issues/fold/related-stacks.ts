import type { Event } from '../../events/index.ts';
import type { UnderstandingLimits } from '../limits.ts';
import type { Partition } from './partition.ts';
import { areOneException, isStrictlyInside, type StackSignature, stackSignature } from './stack-relation.ts';

/** Incidents that a new stack is compared with, newest first; bounds a storm to linear time. */
const MAX_OPEN = 32;
const MAX_SIGNATURES = 6;

interface Open {
  index: number;
  /** Of its first stack: an incident spans one window, it does not grow with each event. */
  firstTime: number;
  signatures: StackSignature[];
  largest: StackSignature;
}

type StackLimits = Pick<UnderstandingLimits, 'sameInstanceMs' | 'otherInstanceMs'>;

/**
 * Key (c): one exception logged by several layers. Of one instance: related stacks with one message, within 2 s. Of another or an unknown one: within
 * `otherInstanceMs`, one stack strictly inside the other.
 *
 * The second is a ladder: a stack joins an incident only if it is strictly smaller or larger than the largest stack there. Two
 * failures of the same kind at the same moment each have a full stack, and full stacks are equal, so they never meet, which is why
 * 100 ms is as pure as 50 ms here and is taken (layers that log through a queue are up to 80 ms late).
 */
export function foldRelatedStacks(partition: Partition, limits: StackLimits): void {
  const byInstance = new Map<string, Open[]>();
  partition.candidates.forEach(({ event }, index) => {
    if (event.exceptions.length === 0 || event.instance === null) return;
    foldSameInstance(partition, openOf(byInstance, instanceKey(event)), index, limits.sameInstanceMs);
  });
  const byRevision = new Map<string, Open[]>();
  partition.candidates.forEach(({ event }, index) => {
    if (event.exceptions.length === 0) return;
    foldLadder(partition, openOf(byRevision, event.revision ?? ''), index, limits.otherInstanceMs);
  });
}

function instanceKey(event: Event): string {
  return `${event.revision ?? ''}\u0000${event.instance ?? ''}`;
}

function openOf(lists: Map<string, Open[]>, key: string): Open[] {
  const known = lists.get(key);
  if (known) return known;
  const created: Open[] = [];
  lists.set(key, created);
  return created;
}

function foldSameInstance(partition: Partition, open: Open[], index: number, windowMs: number): void {
  const { event } = partition.at(index);
  const signature = stackSignature(event);
  dropOld(open, event.time - windowMs);
  for (let at = open.length - 1; at >= 0; at--) {
    const incident = open[at] as Open;
    const isAlready = partition.rootOf(incident.index) === partition.rootOf(index);
    if (!isAlready && !incident.signatures.some((known) => areOneException(known, signature))) continue;
    if (!isAlready && !partition.join(incident.index, index, 'same-stack')) continue;
    remember(incident, signature);
    return;
  }
  addOpen(open, index, event, signature);
}

function foldLadder(partition: Partition, open: Open[], index: number, windowMs: number): void {
  const { event } = partition.at(index);
  const signature = stackSignature(event);
  dropOld(open, event.time - windowMs);
  for (let at = open.length - 1; at >= 0; at--) {
    const incident = open[at] as Open;
    if (partition.rootOf(incident.index) === partition.rootOf(index)) {
      remember(incident, signature);
      return;
    }
    const isRung = isStrictlyInside(signature, incident.largest) || isStrictlyInside(incident.largest, signature);
    if (!isRung || !partition.join(incident.index, index, 'inner-stack')) continue;
    remember(incident, signature);
    absorbInner(partition, open, incident);
    return;
  }
  addOpen(open, index, event, signature);
}

/** Inner views that came before the stack that holds them all. */
function absorbInner(partition: Partition, open: Open[], incident: Open): void {
  for (let at = open.length - 1; at >= 0; at--) {
    const other = open[at] as Open;
    if (other === incident || !isStrictlyInside(other.largest, incident.largest)) continue;
    if (partition.join(incident.index, other.index, 'inner-stack')) open.splice(at, 1);
  }
}

function remember(incident: Open, signature: StackSignature): void {
  if (incident.signatures.length < MAX_SIGNATURES && !incident.signatures.includes(signature))
    incident.signatures.push(signature);
  if (signature.frames > incident.largest.frames) incident.largest = signature;
}

function addOpen(open: Open[], index: number, event: Event, signature: StackSignature): void {
  open.push({ index, firstTime: event.time, signatures: [signature], largest: signature });
  if (open.length > MAX_OPEN) open.shift();
}

/** The list is in the order of first stacks. */
function dropOld(open: Open[], before: number): void {
  let old = 0;
  while (old < open.length && (open[old] as Open).firstTime < before) old++;
  if (old > 0) open.splice(0, old);
}
