import { isStampedAtStart } from './candidate.ts';
import type { Partition } from './partition.ts';
import { NO_REQUEST } from './partition.ts';

/** Milliseconds between a stack and the end of its request, either way: uvicorn logs it after the answer, most before. */
const SLACK_MS = 50;
/** A request without a measured time is looked at this long before its line. */
const UNMEASURED_MS = 1_000;

interface Span {
  index: number;
  from: number;
  to: number;
}

/**
 * A request that failed with 500 and logged no stack of its own, and a stack that names no request, are one failure when they were in
 * the same instance at the same time and neither has another partner: "what one failure logged". With two of either, in doubt,
 * they are kept apart.
 */
export function foldRequestSpans(partition: Partition): void {
  const byInstance = new Map<string, { spans: Span[]; stacks: number[] }>();
  const hasStack = new Set<number>();
  partition.candidates.forEach(({ event }, index) => {
    if (event.exceptions.length > 0) hasStack.add(partition.rootOf(index));
  });
  const seen = new Set<number>();
  partition.candidates.forEach(({ event, request }, index) => {
    if (event.instance === null) return;
    const key = `${event.revision ?? ''}\u0000${event.instance}`;
    const group = byInstance.get(key) ?? { spans: [], stacks: [] };
    byInstance.set(key, group);
    const root = partition.rootOf(index);
    if (event.exceptions.length > 0 && partition.requestOf(index) === NO_REQUEST) group.stacks.push(index);
    else if (request?.status === 500 && !hasStack.has(root) && !seen.has(root)) {
      seen.add(root);
      group.spans.push(spanOf(partition, index));
    }
  });
  for (const { spans, stacks } of byInstance.values()) joinUnique(partition, spans, stacks);
}

function spanOf(partition: Partition, index: number): Span {
  const { event, request } = partition.at(index);
  const duration = request?.durationMs ?? UNMEASURED_MS;
  return isStampedAtStart(event)
    ? { index, from: event.time, to: event.time + duration + SLACK_MS }
    : { index, from: event.time - duration - SLACK_MS, to: event.time + SLACK_MS };
}

function joinUnique(partition: Partition, spans: readonly Span[], stacks: readonly number[]): void {
  const sorted = [...spans].sort((a, b) => a.from - b.from || a.index - b.index);
  const spanOfRoot = new Map<number, Set<Span>>();
  const rootsOfSpan = new Map<Span, Set<number>>();
  let open: Span[] = [];
  let next = 0;
  for (const index of stacks) {
    const { time } = partition.at(index).event;
    while (next < sorted.length && (sorted[next] as Span).from <= time) open.push(sorted[next++] as Span);
    open = open.filter(({ to }) => to >= time);
    const root = partition.rootOf(index);
    for (const span of open.slice(-8)) {
      spanOfRoot.set(root, (spanOfRoot.get(root) ?? new Set()).add(span));
      rootsOfSpan.set(span, (rootsOfSpan.get(span) ?? new Set()).add(root));
    }
  }
  for (const [root, found] of spanOfRoot) {
    const [span] = found;
    if (span && found.size === 1 && rootsOfSpan.get(span)?.size === 1) partition.join(root, span.index, 'request-span');
  }
}
