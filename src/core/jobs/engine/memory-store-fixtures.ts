import { FRESH_HEALTH, type Job, type StoredJob } from '../job.ts';
import type { Admission, Follow, JobOutboxEntry } from '../ports.ts';
import { isTerminal, type NewRun, type OutputChunk, type Run, type RunEnd } from '../run.ts';
import { readRuns } from './memory-reader-fixtures.ts';
import type { JobStores } from './stores.ts';

/** What the ports promise, over plain maps. Every call is one transaction: nothing else comes between. */
export interface MemoryStore extends JobStores {
  runs: Map<string, Run>;
  jobs: Map<string, StoredJob>;
  outbox: JobOutboxEntry[];
  output: Map<string, OutputChunk[]>;
}

export function createMemoryStore(): MemoryStore {
  const runs = new Map<string, Run>();
  const jobs = new Map<string, StoredJob>();
  const versions = new Map<string, { job: Job; version: number; since: number }[]>();
  const outbox: JobOutboxEntry[] = [];
  const output = new Map<string, OutputChunk[]>();
  const notices = new Set<string>();
  const copy = <T>(value: T): T => structuredClone(value);
  const all = () => [...runs.values()];
  /** Their end is decided, and comes with what follows of it. */
  const ending = new Set<string>();
  const openOf = (jobId: string) =>
    all().filter((run) => run.jobId === jobId && !isTerminal(run.status) && !ending.has(run.id));

  function store(job: Job, at: number): StoredJob {
    const known = jobs.get(job.id);
    const isSame = known && JSON.stringify(known.job) === JSON.stringify(job);
    const fresh = { firstSeenAt: at, plannedUntil: null, pause: null, health: FRESH_HEALTH, pingKey: null };
    const stored: StoredJob = {
      ...fresh,
      ...known,
      job: copy(job),
      version: (known?.version ?? 0) + (isSame ? 0 : 1),
      versionSince: isSame ? known.versionSince : at,
      removedAt: null,
    };
    jobs.set(job.id, stored);
    if (!isSame) {
      const kept = versions.get(job.id) ?? [];
      versions.set(job.id, [...kept, { job: stored.job, version: stored.version, since: at }]);
    }
    return stored;
  }

  function end(run: Run, to: Pick<Run, 'status' | 'reason' | 'finishedAt'> & Partial<Run>): Run {
    const ended = { ...run, ...to, heartbeatAt: null };
    runs.set(run.id, ended);
    return ended;
  }

  function afterEnd(changed: Run, follow: Follow): void {
    const chain = all().filter((run) => run.chainRunId === changed.chainRunId);
    const stored = jobs.get(changed.jobId);
    const following = follow(copy(chain), copy(changed), stored?.health ?? FRESH_HEALTH);
    if (stored && following.health) jobs.set(changed.jobId, { ...stored, health: following.health });
    outbox.push(...following.outbox);
    const skips: Run[] = [];
    for (const admission of following.admissions) insert(admission, follow, (skip) => skips.push(skip));
    for (const skip of skips) {
      ending.delete(skip.id);
      runs.set(skip.id, skip);
      afterEnd(skip, follow);
    }
  }

  /** `later`: a run of a chain that is skipped; its row stays open until what follows of it is asked. */
  function insert({ run, decide }: Admission, follow: Follow, later?: (skip: Run) => void): Run | null {
    if (all().some((other) => other.chainRunId === run.chainRunId && other.jobId === run.jobId)) return null;
    if (isTerminal(run.status)) return write(run, { finishedAt: run.createdAt });
    const decision = decide(copy(openOf(run.jobId)));
    if (decision.kind === 'refuse') return null;
    if (decision.kind === 'skip') {
      const { reason, causeRunId } = decision;
      const skip = { status: 'skipped', reason, causeRunId, finishedAt: run.createdAt } as const;
      if (!later) return write(run, skip);
      const made = write(run, {});
      ending.add(made.id);
      later({ ...made, ...skip });
      return made;
    }
    const made = write(run, {});
    for (const id of decision.cancel) supersede(runs.get(id), made, follow);
    return made;
  }

  function supersede(run: Run | undefined, by: Run, follow: Follow): void {
    if (!run || isTerminal(run.status)) return;
    const at = by.createdAt;
    if (run.status === 'running' && run.node !== null) {
      const cancelRequest = run.cancelRequest ?? { at, by: 'guardian', reason: 'superseded' };
      runs.set(run.id, { ...run, cancelRequest });
      return;
    }
    afterEnd(end(run, { status: 'cancelled', reason: 'superseded', causeRunId: by.id, finishedAt: at }), follow);
  }

  function write(run: NewRun, over: Partial<Run>): Run {
    const made: Run = {
      attempt: 0,
      attempts: [],
      error: null,
      startedAt: null,
      finishedAt: null,
      node: null,
      heartbeatAt: null,
      cancelRequest: null,
      stats: null,
      recordErrors: null,
      outputBytes: 0,
      lostOutputBytes: 0,
      ...run,
      ...over,
    };
    runs.set(made.id, made);
    return made;
  }

  function hasRoom(run: Run): boolean {
    return run.keys.every(({ key, limit }) => {
      const holders = all().filter(
        (other) => other.status === 'running' && other.keys.some((held) => held.key === key),
      );
      return holders.length < limit;
    });
  }

  function holds({ job, since }: NonNullable<Run['condition']>): boolean {
    return all().some(
      (run) =>
        run.jobId === job &&
        (run.status === 'success' || run.status === 'warning') &&
        run.finishedAt !== null &&
        run.finishedAt >= since,
    );
  }

  function settleOne(told: RunEnd, follow: Follow): Run | null {
    const run = runs.get(told.runId);
    if (!run || !mayEnd(run, told)) return null;
    const { reason, message, error, stats, recordErrors } = told;
    const attempts = told.attempt ? [...run.attempts, told.attempt] : run.attempts;
    const kept = { attempts, reason, message, error, stats, recordErrors };
    const { cancelRequest } = run;
    if (told.next.kind === 'retry' && cancelRequest) {
      const over = { ...kept, reason: reasonOf(cancelRequest) };
      const cancelled = end(run, { ...over, status: 'cancelled', finishedAt: told.at });
      afterEnd(cancelled, follow);
      return cancelled;
    }
    if (told.next.kind === 'retry') {
      const again: Run = { ...run, ...kept, status: 'queued', dueAt: told.next.dueAt, node: null, heartbeatAt: null };
      runs.set(run.id, again);
      return again;
    }
    const ended = end(run, { ...kept, status: told.next.status, finishedAt: told.at });
    afterEnd(ended, follow);
    return ended;
  }

  /** One that has ended stays as it is. */
  function keep(make: Run, known: Run | undefined, follow: Follow): void {
    if (known?.id === make.id && isTerminal(known.status)) return;
    runs.set(make.id, copy(make));
    if (isTerminal(make.status)) afterEnd(make, follow);
  }

  function take(run: Run, node: string, at: number): Run {
    const { attempt, startedAt } = run;
    const begun = { attempt: attempt + 1, startedAt: startedAt ?? at };
    const taken: Run = { ...run, ...begun, status: 'running', node, heartbeatAt: at };
    runs.set(run.id, taken);
    return taken;
  }

  /** A tick has one row. */
  function planOne(admission: Admission, follow: Follow): Run | null {
    const { jobId, tick } = admission.run;
    if (all().some((run) => run.jobId === jobId && run.tick === tick)) return null;
    return insert(admission, follow);
  }

  return {
    runs,
    jobs,
    outbox,
    output,
    registry: {
      async declare(origin, declared, at) {
        for (const job of declared) store(job, at);
        const names = new Set(declared.map((job) => job.id));
        for (const [id, stored] of jobs) {
          const isGone = stored.job.origin === origin && !names.has(id) && stored.removedAt === null;
          if (isGone) jobs.set(id, { ...stored, removedAt: at });
        }
      },
      put: async (job, at) => copy(store(job, at)),
      list: async (options) =>
        copy([...jobs.values()].filter((stored) => options?.withRemoved || stored.removedAt === null)),
      async versions(jobId, from) {
        const kept = versions.get(jobId) ?? [];
        return copy(kept.filter((_, index) => (kept[index + 1]?.since ?? Number.POSITIVE_INFINITY) > from));
      },
      async setPause(jobIds, pause) {
        const changed = jobIds.filter((id) => jobs.has(id) && (pause !== null || jobs.get(id)!.pause !== null));
        for (const id of changed) jobs.set(id, { ...jobs.get(id)!, pause: copy(pause) });
        return changed;
      },
    },
    planner: {
      async plan(requests, follow) {
        const made: Run[] = [];
        for (const { jobId, from, until, admissions } of requests) {
          const stored = jobs.get(jobId);
          if (!stored || stored.plannedUntil !== from) continue;
          made.push(...admissions.flatMap((admission) => planOne(admission, follow) ?? []));
          jobs.set(jobId, { ...jobs.get(jobId)!, plannedUntil: until });
        }
        return copy(made);
      },
      async admit(admission, follow) {
        const { jobId, clientId } = admission.run;
        const known = clientId && all().find((run) => run.jobId === jobId && run.clientId === clientId);
        if (known) return { kind: 'made', run: copy(known) };
        const decision = admission.decide(copy(openOf(jobId)));
        if (decision.kind === 'refuse') return { kind: 'refused', inWay: decision.inWay };
        const made = insert(admission, follow);
        if (!made) throw new Error('a run that is asked for has an id of its own');
        return { kind: 'made', run: copy(made) };
      },
    },
    queue: {
      async claim({ node, at, limit }) {
        const claimed: Run[] = [];
        const expired: Run[] = [];
        const due = all().filter((run) => run.status === 'queued' && run.dueAt <= at);
        due.sort((a, b) => a.order - b.order || a.createdAt - b.createdAt);
        for (const run of due) {
          if (claimed.length >= limit) break;
          const isWaiting = run.condition !== null && !holds(run.condition);
          if (isWaiting && run.condition!.until < at) expired.push(run);
          if (!isWaiting && hasRoom(run)) claimed.push(take(run, node, at));
        }
        return copy({ runs: claimed, expired });
      },
      async renew(node, runIds, at) {
        const cancelled: Run[] = [];
        const lost: string[] = [];
        for (const id of runIds) {
          const run = runs.get(id);
          if (run?.status !== 'running' || run.node !== node) {
            lost.push(id);
            continue;
          }
          runs.set(id, { ...run, heartbeatAt: at });
          if (run.cancelRequest) cancelled.push(run);
        }
        return copy({ cancelled, lost });
      },
      async settle(ends, follow) {
        return copy(ends.flatMap((told) => settleOne(told, follow) ?? []));
      },
      async requestCancel(runId, request, follow) {
        const run = runs.get(runId);
        if (!run || isTerminal(run.status)) return null;
        if (run.status === 'running' && run.node !== null) {
          const asked = { ...run, cancelRequest: request };
          runs.set(runId, asked);
          return copy(asked);
        }
        const ended = end(run, {
          status: 'cancelled',
          reason: 'requested',
          message: request.reason,
          cancelRequest: request,
          finishedAt: request.at,
        });
        afterEnd(ended, follow);
        return copy(ended);
      },
      async stale(before, node) {
        return copy(all().filter((run) => isSilent(run, before, node)));
      },
    },
    watched: {
      async record(jobId, clientId, decide, follow) {
        const ofJob = all().filter((run) => run.jobId === jobId);
        const known =
          clientId === null
            ? ofJob.findLast((run) => !isTerminal(run.status))
            : ofJob.find((run) => run.clientId === clientId);
        const decision = decide(known ? copy(known) : null);
        outbox.push(...decision.outbox);
        if (decision.make) keep(decision.make, known, follow);
        if (decision.end) settleOne(decision.end, follow);
        const id = decision.end?.runId ?? decision.make?.id ?? known?.id;
        return id === undefined ? null : copy(runs.get(id) ?? null);
      },
    },
    reader: readRuns(() => copy(all()), jobs),
    outputs: {
      async append(runId, chunks, lostBytes = 0) {
        output.set(runId, [...(output.get(runId) ?? []), ...copy([...chunks])]);
        const run = runs.get(runId);
        if (!run) return;
        const bytes = chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.text), 0);
        runs.set(runId, {
          ...run,
          outputBytes: run.outputBytes + bytes + lostBytes,
          lostOutputBytes: run.lostOutputBytes + lostBytes,
        });
      },
      read: async (runId, { after, limit }) =>
        copy((output.get(runId) ?? []).filter((chunk) => chunk.seq > after).slice(0, limit)),
      forget: async () => 0,
    },
    notices: {
      async say(kind, subject, _at, entry) {
        const key = `${kind} ${subject}`;
        if (notices.has(key)) return false;
        notices.add(key);
        outbox.push(entry);
        return true;
      },
      forget: async (kind, subject) => notices.delete(`${kind} ${subject}`),
    },
  };
}

/** Who tells holds the run still, at this attempt. */
function mayEnd(run: Run, { node, attempt }: RunEnd): boolean {
  if (isTerminal(run.status) || (node !== null && run.node !== node)) return false;
  return attempt === null || (run.status === 'running' && attempt.number === run.attempt);
}

function reasonOf({ by, reason }: NonNullable<Run['cancelRequest']>): 'superseded' | 'requested' {
  return by === 'guardian' && reason === 'superseded' ? 'superseded' : 'requested';
}

/** Nobody has been heard of it since `before`; of one node, or of any. */
function isSilent(run: Run, before: number, node: string | undefined): boolean {
  if (run.status !== 'running' || run.node === null || run.heartbeatAt === null) return false;
  return run.heartbeatAt < before && (node === undefined || run.node === node);
}
