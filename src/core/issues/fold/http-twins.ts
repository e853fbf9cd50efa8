import type { UnderstandingLimits } from '../limits.ts';
import { type Candidate, compareText, isStampedAtStart } from './candidate.ts';
import { matchNearest } from './match-nearest.ts';
import type { Partition } from './partition.ts';

const PLATFORM = '';

interface Twin {
  index: number;
  /** When the request was answered. */
  end: number;
  /** How much earlier than `end` a line of the same request may stand: the request's time, where the entry carries its start. */
  spanMs: number;
  layer: string;
  instance: string | null;
}

/**
 * Key (b): one request logged by several layers (access line, application's "request completed", the platform's entry). Same revision,
 * method, path without query and status; the line's time within [start, start + latency] ± tolerance; one to one, nearest first,
 * within one instance before across instances. A layer logs a request once, so two lines of one layer are two requests.
 */
export function foldHttpTwins(partition: Partition, limits: Pick<UnderstandingLimits, 'twinToleranceMs'>): void {
  for (const bucket of buckets(partition).values()) {
    if (bucket.length < 2) continue;
    const layersOfRoot = new Map<number, Set<string>>();
    for (const twin of bucket) addLayer(layersOfRoot, partition.rootOf(twin.index), twin.layer);
    const layers = [...new Set(bucket.map(({ layer }) => layer))].sort(compareText);
    for (let left = 0; left < layers.length; left++) {
      for (let right = left + 1; right < layers.length; right++) {
        matchLayers({
          partition,
          bucket,
          layersOfRoot,
          pair: [layers[left] as string, layers[right] as string],
          toleranceMs: limits.twinToleranceMs,
        });
      }
    }
  }
}

function buckets(partition: Partition): Map<string, Twin[]> {
  const found = new Map<string, Twin[]>();
  partition.candidates.forEach((candidate, index) => {
    const { request, event } = candidate;
    if (request?.status == null || request.path === null) return;
    const key = JSON.stringify([event.revision, request.method, request.path, request.status]);
    const isPlatform = isStampedAtStart(event);
    const spanMs = isPlatform ? (request.durationMs ?? 0) : 0;
    const twin: Twin = {
      index,
      end: event.time + spanMs,
      spanMs,
      layer: isPlatform ? PLATFORM : layerOf(candidate),
      instance: event.instance,
    };
    const bucket = found.get(key);
    if (bucket) bucket.push(twin);
    else found.set(key, [twin]);
  });
  return found;
}

/** What tells the lines of one layer from another's: logger, which request fields it writes, and its first word. */
function layerOf({ event }: Candidate): string {
  const { request } = event;
  const fields = request
    ? [request.durationMs, request.userAgent, request.clientAddress, request.host, request.id]
        .map((value) => (value === null ? '-' : '+'))
        .join('')
    : 'flat';
  const word = /^[A-Za-z]{1,24}/.exec(event.body)?.[0] ?? '';
  return `${event.source.kind} ${event.logger ?? ''} ${fields} ${word} ${Object.keys(event.attributes).length > 0}`;
}

function matchLayers(options: {
  partition: Partition;
  bucket: readonly Twin[];
  layersOfRoot: Map<number, Set<string>>;
  pair: [string, string];
  toleranceMs: number;
}): void {
  const { partition, bucket, layersOfRoot, pair, toleranceMs } = options;
  const [left, right] = pair;
  const isOpen = (twin: Twin, other: string) => !layersOfRoot.get(partition.rootOf(twin.index))?.has(other);
  for (const isSameInstance of [true, false]) {
    const open = bucket.filter(
      (twin) => (twin.layer === left && isOpen(twin, right)) || (twin.layer === right && isOpen(twin, left)),
    );
    for (const group of isSameInstance ? byInstance(open) : [open]) {
      matchNearest({
        items: [...group].sort((a, b) => a.end - b.end || a.index - b.index),
        isPair: (a, b) => a.layer !== b.layer && isWithin(a, b, toleranceMs) && partition.mayJoin(a.index, b.index),
        distance: (a, b) => Math.abs(a.end - b.end),
        join: (a, b) => joinTwins(partition, layersOfRoot, a, b),
      });
    }
  }
}

function byInstance(twins: readonly Twin[]): Twin[][] {
  const groups = new Map<string, Twin[]>();
  for (const twin of twins) {
    if (twin.instance === null) continue;
    const group = groups.get(twin.instance);
    if (group) group.push(twin);
    else groups.set(twin.instance, [twin]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

function isWithin(a: Twin, b: Twin, toleranceMs: number): boolean {
  const [early, late] = a.end <= b.end ? [a, b] : [b, a];
  return late.end - early.end <= toleranceMs + late.spanMs;
}

function joinTwins(partition: Partition, layersOfRoot: Map<number, Set<string>>, a: Twin, b: Twin): boolean {
  const left = layersOfRoot.get(partition.rootOf(a.index)) ?? new Set();
  const right = layersOfRoot.get(partition.rootOf(b.index)) ?? new Set();
  if (!left.isDisjointFrom(right)) return false;
  const [into, joined] = a.index < b.index ? [a, b] : [b, a];
  if (!partition.join(into.index, joined.index, 'http-twin')) return false;
  layersOfRoot.set(partition.rootOf(into.index), left.union(right));
  return true;
}

function addLayer(layersOfRoot: Map<number, Set<string>>, root: number, layer: string): void {
  const layers = layersOfRoot.get(root);
  if (layers) layers.add(layer);
  else layersOfRoot.set(root, new Set([layer]));
}
