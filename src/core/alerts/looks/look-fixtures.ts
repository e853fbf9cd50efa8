import type { StoredIncident, StoredIssue } from '../../issues/ports.ts';
import type { JobRegistry, RunReader } from '../../jobs/ports.ts';
import { START } from '../alert-fixtures.ts';
import type { IssueLookReader } from './observe-issues.ts';
import type { JobLookReader } from './observe-jobs.ts';

type StoredJob = Awaited<ReturnType<JobRegistry['list']>>[number];
type Run = NonNullable<Awaited<ReturnType<RunReader['get']>>>;

/** Pages of rows as the stores give them: a cursor is an offset. */
function page<T>(rows: readonly T[], { cursor, limit }: { cursor: string | null; limit: number }) {
  const from = Number(cursor ?? 0);
  const nextCursor = from + limit < rows.length ? String(from + limit) : null;
  return { items: structuredClone(rows.slice(from, from + limit)), nextCursor };
}

export function storedIssue(id: string, given: Partial<StoredIssue> = {}): StoredIssue {
  return {
    ...{ id, number: 1, projectId: 1, service: 'shop', fingerprint: `v1:app:${id}`, title: `Error ${id}` },
    ...{ errorType: null, location: null, endpoint: null, state: 'open', stateDetail: null, stateSince: START },
    ...{ severity: 17, signal: null, firstSeen: START, lastSeen: START, firstRevision: null, lastRevision: null },
    ...{ incidents: 1, events: 1, users: 0, firstEventSeq: 1, lastEventSeq: 1, assignee: null, mergedInto: null },
    why: { version: 'v1', kind: 'app', inputs: [], kept: [], skipped: [], template: null },
    ...given,
  };
}

export function storedIncident(issueId: string, from: number, given: Partial<StoredIncident> = {}): StoredIncident {
  return {
    ...{ id: `${issueId}-${from}`, issueId, projectId: 1, service: 'shop', kind: 'error', eventSeq: 1, from, to: from },
    ...{ entries: 1, severity: 17, revision: null, environment: null, traceId: null, endpoint: null, signal: null },
    ...{ userHash: null, members: [] },
    ...given,
  };
}

/** Issues and incidents as rows in hand; the lists are read anew at each look. */
export function issuesOf(rows: { issues: StoredIssue[]; incidents: StoredIncident[] }): IssueLookReader {
  return {
    list: async ({ states, projectId, service, sort, cursor, limit }) => {
      const time = ({ firstSeen, lastSeen }: StoredIssue) => (sort === 'first-seen' ? firstSeen : lastSeen);
      const all = rows.issues
        .filter((issue) => issue.mergedInto === null && (states === null || states.includes(issue.state)))
        .filter((issue) => projectId === null || issue.projectId === projectId)
        .filter((issue) => service === null || issue.service === service)
        .toSorted((a, b) => time(b) - time(a));
      return { ...page(all, { cursor, limit }), total: null };
    },
    get: async (id) => structuredClone(rows.issues.find((issue) => issue.id === id) ?? null),
    incidents: async (id, asked) => {
      const all = rows.incidents.filter(({ issueId }) => issueId === id).toSorted((a, b) => b.from - a.from);
      return { ...page(all, asked), total: null };
    },
  };
}

export function storedJob(id: string, given: Partial<StoredJob> = {}): StoredJob {
  return {
    job: {
      ...{ id, label: id, origin: 'configuration', projectId: null, work: { kind: 'watched', graceMs: 0 } },
      ...{ trigger: { kind: 'none' }, condition: null, taskType: null, overlap: { kind: 'skip' }, concurrency: null },
      retries: { count: 0, firstDelayMs: 0, factor: 1, longestDelayMs: 0, jitter: 0 },
      ...{ timeoutMs: 1, catchUp: { kind: 'none', lookBackMs: 0 }, mustStartBy: null, mustFinishBy: null },
      ...{ failWhen: [], warnWhen: [], failureThreshold: 1, recoveryThreshold: 1 },
    },
    ...{ version: 1, versionSince: START, firstSeenAt: START, plannedUntil: null, pause: null, removedAt: null },
    health: { isFailing: false, failuresInRow: 0, successesInRow: 0 },
    pingKey: null,
    ...given,
  };
}

export function storedRun(jobId: string, status: Run['status'], at: number, given: Partial<Run> = {}): Run {
  const id = `${jobId}-${at}`;
  return {
    ...{ id, jobId, projectId: null, tick: at, trigger: 'schedule', triggeredBy: { kind: 'scheduler', user: null } },
    ...{ chainRunId: id, causeRunId: null, status, reason: null, message: null, error: null, attempt: 1, attempts: [] },
    ...{ keys: [], order: at, createdAt: at, dueAt: at, condition: null, startBy: null, finishBy: null, timeoutMs: 1 },
    ...{ startedAt: at, finishedAt: at + 1_000, node: null, heartbeatAt: null, cancelRequest: null, stats: null },
    ...{ recordErrors: null, version: 1, environment: null, clientId: null, outputBytes: 0, lostOutputBytes: 0 },
    ...given,
  };
}

export function jobsOf(rows: { jobs: StoredJob[]; runs: Run[] }): JobLookReader {
  const of = (jobId: string) =>
    rows.runs.filter((run) => run.jobId === jobId).toSorted((a, b) => b.createdAt - a.createdAt);
  return {
    jobs: { list: async () => structuredClone(rows.jobs) },
    runs: {
      list: async ({ jobIds = [] }, asked) => page(jobIds.flatMap(of), asked),
      lastOf: async (jobIds) =>
        new Map(jobIds.map((id) => [id, { last: of(id)[0] ?? null, success: null, failure: null }])),
    },
  };
}
