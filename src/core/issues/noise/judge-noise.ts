import { routeOf } from '../endpoint.ts';
import type { Candidate } from '../fold/candidate.ts';
import type { FoldedIncident } from '../fold/fold.ts';
import type { Noise } from '../incident.ts';
import type { UnderstandingLimits } from '../limits.ts';
import type { ServedRoutes } from './served-routes.ts';

type NoiseReason = Noise['groups'][number]['reason'];

export interface NoiseVerdict {
  reason: NoiseReason;
  /** The host or client the probes have in common. */
  who: string;
  path: string;
}

type NoiseLimits = Pick<UnderstandingLimits, 'scanPaths' | 'scanWindowMs' | 'burstPaths' | 'listedSegments'>;

interface Probe {
  incident: FoldedIncident;
  time: number;
  route: string;
  path: string;
  host: string | null;
  client: string | null;
  userAgent: string | null;
  status: number;
}

/** Answers to what is not there. 401, 403 and 429 say that something is. */
const NOT_THERE = new Set([400, 404, 405, 410, 421]);
const SCANNED = new Set([403, 404, 405]);

/** What the probe alone tells, without those around it. */
function verdictAlone(
  { host, path, status, client }: Probe,
  served: ServedRoutes,
  listed: ReadonlySet<string>,
): NoiseVerdict | null {
  if (host !== null && NOT_THERE.has(status) && served.isForeignHost(host)) {
    return { reason: 'foreign-host', who: host, path };
  }
  return hasListedSegment(path, listed) ? { reason: 'listed-path', who: client ?? '', path } : null;
}

/**
 * Which incidents are probes for what is not there. Only requests answered 4xx can be; a route that was served or failed with 5xx in
 * the window never is. A foreign host, a listed path, or an unknown path within a scan: at least `scanPaths` unknown routes asked by
 * one client, or `burstPaths` by anybody, in `scanWindowMs`.
 *
 * 403 counts towards a scan only while visitors are served: a service that lost its public access answers 403 to all.
 */
export function judgeNoise(
  incidents: readonly FoldedIncident[],
  served: ServedRoutes,
  limits: NoiseLimits,
): Map<FoldedIncident, NoiseVerdict> {
  const listed = new Set(limits.listedSegments.map((segment) => segment.toLowerCase()));
  const verdicts = new Map<FoldedIncident, NoiseVerdict>();
  const unknown: Probe[] = [];
  const probingAgents = new Set<string>();
  for (const incident of incidents) {
    const probe = probeOf(incident);
    if (probe === null || served.hasRoute(probe.route)) continue;
    const verdict = verdictAlone(probe, served, listed);
    if (verdict) verdicts.set(incident, verdict);
    if (verdict?.reason === 'listed-path' && probe.client === null && probe.userAgent !== null)
      probingAgents.add(probe.userAgent);
    if (SCANNED.has(probe.status) && (probe.status !== 403 || served.hasVisitors)) unknown.push(probe);
  }
  unknown.sort((a, b) => a.time - b.time);
  for (const probes of byClient(unknown, probingAgents).values()) {
    markDense({ probes, paths: limits.scanPaths, windowMs: limits.scanWindowMs, reason: 'never-served', verdicts });
  }
  markDense({
    probes: unknown,
    paths: limits.burstPaths,
    windowMs: limits.scanWindowMs,
    reason: 'unknown-path-burst',
    verdicts,
  });
  return verdicts;
}

function probeOf(incident: FoldedIncident): Probe | null {
  if (incident.kind !== 'warning') return null;
  let found: Candidate | null = null;
  for (const { candidate } of incident.members) {
    const status = candidate.request?.status ?? 0;
    if (candidate.request?.path == null || status < 400 || status > 499) continue;
    const isFuller = found === null || (found.request?.host === null && candidate.request.host !== null);
    if (isFuller) found = candidate;
  }
  const request = found?.request;
  if (!found || !request || request.path === null) return null;
  return {
    incident,
    time: found.event.time,
    route: routeOf(request.path),
    path: request.path,
    host: request.host,
    client: usableClient(request.client),
    userAgent: request.userAgent,
    status: request.status ?? 0,
  };
}

/** A redacted address is everybody's, unless it kept a pseudonym (`[redacted:ip-address:<8 hex>]`). */
function usableClient(client: string | null): string | null {
  if (client === null || client === '') return null;
  return client.includes('[redacted') && !/^\[redacted:[\w-]+:[0-9a-f]{8}\]$/.test(client) ? null : client;
}

function hasListedSegment(path: string, listed: ReadonlySet<string>): boolean {
  return path
    .slice(0, 2_048)
    .toLowerCase()
    .split('/')
    .some((segment) => listed.has(segment));
}

/** Where the log names no client, a user agent stands for one once it asked for a listed path: visitors' programs never do. */
function byClient(probes: readonly Probe[], probingAgents: ReadonlySet<string>): Map<string, Probe[]> {
  const groups = new Map<string, Probe[]>();
  for (const probe of probes) {
    const agent = probe.userAgent !== null && probingAgents.has(probe.userAgent) ? `agent ${probe.userAgent}` : null;
    const client = probe.client ?? agent;
    if (client === null) continue;
    const group = groups.get(client);
    if (group) group.push(probe);
    else groups.set(client, [probe]);
  }
  return groups;
}

/** A window that slides over the probes in time order, with a count per route in it. */
function markDense(options: {
  probes: readonly Probe[];
  paths: number;
  windowMs: number;
  reason: NoiseReason;
  verdicts: Map<FoldedIncident, NoiseVerdict>;
}): void {
  const { probes, paths, windowMs, reason, verdicts } = options;
  const counts = new Map<string, number>();
  let start = 0;
  let marked = 0;
  for (let end = 0; end < probes.length; end++) {
    const probe = probes[end] as Probe;
    counts.set(probe.route, (counts.get(probe.route) ?? 0) + 1);
    while (probe.time - (probes[start] as Probe).time > windowMs) {
      const old = (probes[start++] as Probe).route;
      const left = (counts.get(old) ?? 1) - 1;
      if (left === 0) counts.delete(old);
      else counts.set(old, left);
    }
    if (counts.size < paths) continue;
    for (let at = Math.max(start, marked); at <= end; at++) {
      const { incident, client, host, path } = probes[at] as Probe;
      if (!verdicts.has(incident)) verdicts.set(incident, { reason, who: client ?? host ?? '', path });
    }
    marked = end + 1;
  }
}
