import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { GuardianError, type Sentence } from '../../../../core/shared/index.ts';
import { endGroup } from '../../../executors/shell/process-group.ts';
import { say } from '../../sayings.ts';
import type { KeptState } from './kept-state.ts';
import type { Measurements } from './measurements.ts';
import { lastBytes, prepareRevision } from './prepare.ts';
import type { Proxy as ReverseProxy } from './proxy.ts';
import { boundLog, isRunning, residentBytes, startProcess, takesRequests } from './running.ts';
import type { KeptRevision, Launch } from './state.ts';

/** A program that ends at once is started again after a second, doubling. */
const FIRST_RESTART_MS = 1_000;
const LONGEST_RESTART_MS = 30_000;
/** It may tidy up so long once it is told to end. */
const END_GRACE_MS = 10_000;
/** Every process of the machine is looked at for it. */
const MEMORY_EVERY_MS = 1_000;
const TOLD_BYTES = 2_000;

export interface LifecycleOptions {
  folder: string;
  launch: Launch;
  kept: KeptState;
  proxy: Pick<ReverseProxy, 'underWay' | 'cut'>;
  measurements: Measurements;
}

export interface Lifecycle {
  /** What each revision needs now; each is looked at by one turn at a time. */
  turn(): void;
  /** Ends the build of one that is not wanted any more. */
  abandon(name: string): void;
  /** Builds end; with `all`, the revisions too. Whoever comes next builds anew. */
  stop(all: boolean): Promise<void>;
}

/**
 * Brings each revision to what its phase says: built, started, started again, drained, ended. It may be told otherwise while it waits for a build, a process or
 * an answer: after each wait the phase is looked at again.
 */
export function createLifecycle({ folder, launch, kept, proxy, measurements }: LifecycleOptions): Lifecycle {
  const busy = new Set<string>();
  const builds = new Map<string, AbortController>();
  const restartAfter = new Map<string, number>();
  const measuredAt = new Map<string, number>();
  const exits = new Map<string, string>();
  let isStopping = false;

  const codeOf = (name: string) => join(folder, 'revisions', name);
  const logOf = (name: string) => logFileOf(folder, name);

  function turn(): void {
    kept.flush();
    if (isStopping) return;
    for (const revision of kept.now.revisions) {
      if (busy.has(revision.name)) continue;
      busy.add(revision.name);
      void look(revision)
        .catch((error: unknown) => fail(revision, error))
        .finally(() => busy.delete(revision.name));
    }
  }

  async function look(revision: KeptRevision): Promise<void> {
    switch (revision.phase) {
      case 'preparing':
        return prepare(revision);
      case 'starting':
      case 'ready':
        return keepRunning(revision);
      case 'draining':
        return drain(revision);
      case 'resting':
        return endProcess(revision);
      case 'waking':
        await endProcess(revision);
        return startFrom('waking', revision);
      case 'failed':
        return;
      default:
        revision.phase satisfies never;
    }
  }

  async function prepare(revision: KeptRevision): Promise<void> {
    const { name, artifact } = revision;
    const build = new AbortController();
    builds.set(name, build);
    await prepareRevision({
      launch,
      artifact,
      folder: codeOf(name),
      environment: environmentOf(revision, launch),
      logFile: logOf(name),
      signal: build.signal,
    }).finally(() => builds.delete(name));
    await startFrom('preparing', revision);
  }

  /** Unless it was told otherwise meanwhile. */
  async function startFrom(phase: KeptRevision['phase'], revision: KeptRevision): Promise<void> {
    if (revision.phase !== phase || isStopping) return;
    revision.phase = 'starting';
    await begin(revision, 0);
  }

  async function begin(revision: KeptRevision, port: number): Promise<void> {
    revision.startedAt = Date.now();
    const { exited, ...process } = await startProcess({
      command: revision.command,
      folder: codeOf(revision.name),
      environment: environmentOf(revision, launch),
      logFile: logOf(revision.name),
      port,
    });
    void exited.then((how) => exits.set(revision.name, how));
    // Of one that is to go too: it is ended by its number.
    kept.note(revision, process);
  }

  async function keepRunning(revision: KeptRevision): Promise<void> {
    const { phase } = revision;
    if (!isRunning(revision)) return again(revision);
    boundLog(logOf(revision.name));
    const isTooLarge = await takesTooMuch(revision);
    if (revision.phase !== phase) return;
    if (isTooLarge) {
      kept.note(revision, { outOfMemory: revision.outOfMemory + 1 });
      return endGroup(revision.pid!, 0);
    }
    if (phase === 'ready' || !(await takesRequests(revision.port!, launch.healthPath))) return;
    if (revision.phase !== phase) return;
    restartAfter.delete(revision.name);
    kept.note(revision, { phase: 'ready', startMs: revision.startMs ?? Date.now() - revision.startedAt! });
  }

  /** Of a container its engine sees to that: the process here is the one that watches it. */
  async function takesTooMuch({ name, pid, memoryBytes }: KeptRevision): Promise<boolean> {
    if (memoryBytes === null || 'prepared' in launch.source) return false;
    if (Date.now() - (measuredAt.get(name) ?? 0) < MEMORY_EVERY_MS) return false;
    measuredAt.set(name, Date.now());
    return ((await residentBytes(pid!)) ?? 0) > memoryBytes;
  }

  /** It has ended by itself: one that never answered has failed, one that did is started again on its port. */
  async function again(revision: KeptRevision): Promise<void> {
    const how = exits.get(revision.name);
    const hasServed = revision.startMs !== null;
    if (revision.pid !== null) {
      kept.note(revision, { pid: null, crashes: revision.crashes + (how === '0' ? 0 : 1) });
    }
    if (!hasServed) {
      const reason = say.supervisor.endedEarly(how ?? say.supervisor.unknownEnd, await toldBy(revision));
      throw new GuardianError('target_refused', { reason });
    }
    const waitMs = restartAfter.get(revision.name) ?? FIRST_RESTART_MS;
    if (revision.startedAt !== null && Date.now() - revision.startedAt < waitMs) return;
    restartAfter.set(revision.name, Math.min(waitMs * 2, LONGEST_RESTART_MS));
    exits.delete(revision.name);
    revision.restarts++;
    await begin(revision, revision.port ?? 0);
  }

  async function drain(revision: KeptRevision): Promise<void> {
    const isQuiet = proxy.underWay(revision.name) === 0;
    if (!isQuiet && Date.now() < (revision.drainUntil ?? 0)) return;
    proxy.cut(revision.name);
    // Said first: whoever gives it traffic from here on has it started.
    if (revision.rests) kept.note(revision, { phase: 'resting', port: null });
    await endProcess(revision);
    if (!revision.rests) await forget(revision);
  }

  /** It is told to end: that is no crash. */
  async function endProcess(revision: KeptRevision): Promise<void> {
    if (revision.pid === null) return;
    if (isRunning(revision)) await endGroup(revision.pid, END_GRACE_MS);
    exits.delete(revision.name);
    kept.note(revision, { pid: null });
  }

  async function forget(revision: KeptRevision): Promise<void> {
    const { name } = revision;
    await rm(codeOf(name), { recursive: true, force: true });
    if ('prepared' in launch.source) await rm(join(launch.source.prepared, name), { recursive: true, force: true });
    await rm(logOf(name), { force: true });
    measurements.forget(name);
    for (const known of [restartAfter, measuredAt, exits]) known.delete(name);
    kept.forget(revision);
  }

  /** Only what never ran has failed; of everything else the next turn tries again. */
  function fail(revision: KeptRevision, error: unknown): void {
    if (isStopping) return;
    const { phase, startMs } = revision;
    const isBeginning = startMs === null && (phase === 'preparing' || phase === 'starting') && !isRunning(revision);
    const problem = problemOf(error);
    if (isBeginning) kept.note(revision, { phase: 'failed', problem });
    else if (!isDeepStrictEqual(revision.problem, problem)) kept.note(revision, { problem });
  }

  function toldBy({ name }: KeptRevision): Promise<string> {
    return lastBytes(logOf(name), TOLD_BYTES);
  }

  return {
    turn,
    abandon: (name) => builds.get(name)?.abort(),
    async stop(all) {
      isStopping = true;
      for (const build of builds.values()) build.abort();
      const running = all ? kept.now.revisions.filter(isRunning) : [];
      await Promise.all(running.map(({ pid }) => endGroup(pid!, END_GRACE_MS)));
    },
  };
}

/** What went wrong, for whoever reads it later; of what others say, the end. */
function problemOf(error: unknown): Sentence {
  if (error instanceof GuardianError && error.said !== null) return error.said;
  return (error instanceof Error ? error.message : String(error)).slice(-TOLD_BYTES);
}

/** What a revision and its build print. */
export function logFileOf(folder: string, name: string): string {
  return join(folder, 'logs', `${name}.log`);
}

function environmentOf({ environment, name }: KeptRevision, { base }: Launch): Record<string, string> {
  return { ...base, ...environment, GUARDIAN_REVISION: name };
}
