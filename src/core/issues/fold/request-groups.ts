import type { UnderstandingLimits } from '../limits.ts';
import { requestId } from '../observed-request.ts';
import type { FoldReason } from './candidate.ts';
import { Clusters } from './clusters.ts';
import type { Partition } from './partition.ts';
import { areRelated, type StackSignature, stackSignature } from './stack-relation.ts';

/** Unrelated stacks of one request that are told apart. */
const MAX_PARTS = 16;
const MAX_SIGNATURES = 6;

interface Part {
  first: number;
  last: number;
  signatures: StackSignature[];
}

/**
 * Key (a): the events of one trace or request id within the window are one failure. Unrelated stacks in one request stay two
 * incidents; what has no stack goes to the nearest one, the request's own record to the last one (it is answered after it).
 */
export function foldRequests(partition: Partition, limits: Pick<UnderstandingLimits, 'requestWindowMs'>): void {
  const { clusters, hasKey, byTrace } = groupByKeys(partition, limits.requestWindowMs);
  let request = 0;
  for (const group of clusters.groups()) {
    if (group.length === 1 && !hasKey[group[0] as number]) continue;
    for (const index of group) partition.setRequest(index, request);
    request++;
    if (group.length > 1) joinGroup(partition, group, byTrace);
  }
}

function groupByKeys(partition: Partition, windowMs: number) {
  const { candidates } = partition;
  const clusters = new Clusters(candidates.length);
  const hasKey = new Uint8Array(candidates.length);
  const byTrace = new Uint8Array(candidates.length);
  const firsts = new Map<string, { index: number; time: number }>();
  candidates.forEach(({ event }, index) => {
    for (const [kind, value] of [
      ['t', usableTrace(event.traceId)],
      ['r', requestId(event)],
    ]) {
      if (value === null) continue;
      hasKey[index] = 1;
      const key = `${kind}${value}`;
      const first = firsts.get(key);
      if (first && event.time - first.time <= windowMs) {
        clusters.join(first.index, index);
        if (kind === 't') byTrace[index] = byTrace[first.index] = 1;
      } else {
        firsts.set(key, { index, time: event.time });
      }
    }
  });
  return { clusters, hasKey, byTrace };
}

/** An all-zero id means "none" (W3C Trace Context, section 3.2.2.3). */
function usableTrace(trace: string | null): string | null {
  return trace === null || trace.length < 6 || /^0+$/.test(trace) ? null : trace;
}

function joinGroup(partition: Partition, group: readonly number[], byTrace: Uint8Array): void {
  const parts = splitByStack(partition, group);
  const reasonOf = (index: number): FoldReason => (byTrace[index] ? 'trace' : 'request-id');
  const only = parts[0];
  for (const index of group) {
    if (partition.at(index).event.exceptions.length > 0) continue;
    const home = only ? homeOf(partition, parts, index).first : (group[0] as number);
    if (home !== index) partition.join(home, index, reasonOf(index));
  }
}

function splitByStack(partition: Partition, group: readonly number[]): Part[] {
  let parts: Part[] = [];
  for (const index of group) {
    const { event } = partition.at(index);
    if (event.exceptions.length === 0) continue;
    const signature = stackSignature(event);
    const related = parts.filter((part) => part.signatures.some((known) => areRelated(known, signature)));
    const [home, ...others] = related;
    if (!home) {
      if (parts.length < MAX_PARTS) parts.push({ first: index, last: index, signatures: [signature] });
      else joinPart(partition, parts[MAX_PARTS - 1] as Part, index, signature);
      continue;
    }
    joinPart(partition, home, index, signature);
    for (const other of others) {
      partition.join(home.first, other.first, 'same-stack');
      home.signatures.push(...other.signatures);
    }
    parts = parts.filter((part) => !others.includes(part));
  }
  return parts;
}

function joinPart(partition: Partition, part: Part, index: number, signature: StackSignature): void {
  partition.join(part.first, index, 'same-stack');
  part.last = index;
  if (part.signatures.length < MAX_SIGNATURES && !part.signatures.includes(signature)) part.signatures.push(signature);
}

function homeOf(partition: Partition, parts: readonly Part[], index: number): Part {
  const { event, request } = partition.at(index);
  const timeOf = (part: Part) => partition.at(part.last).event.time;
  let best = parts[0] as Part;
  for (const part of parts) {
    const isBetter =
      request?.status != null
        ? timeOf(part) > timeOf(best)
        : Math.abs(timeOf(part) - event.time) < Math.abs(timeOf(best) - event.time);
    if (isBetter) best = part;
  }
  return best;
}
