import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endGroup } from '../../../executors/shell/process-group.ts';
import { chooseUpstream } from './choose-upstream.ts';
import { createMeasurements } from './measurements.ts';
import { lastBytes, prepareRevision } from './prepare.ts';
import { createProxy } from './proxy.ts';
import { boundLog, isRunning, residentBytes, startProcess, takesRequests } from './running.ts';
import {
  type KeptRevision,
  type Launch,
  NOT_STARTED,
  readState,
  type Split,
  type SupervisorState,
  writeState,
} from './state.ts';
import type { Answer, CreateRequest, Question } from './wire.ts';

const TURN_MS = 250;
/** A program that ends at once is started again after a second, doubling. */
const FIRST_RESTART_MS = 1_000;
const LONGEST_RESTART_MS = 30_000;
/** It may tidy up so long once it is told to end. */
const END_GRACE_MS = 10_000;
const TOLD_BYTES = 2_000;

export interface Supervisor {
  /** The port users call. */
  start(): Promise<number>;
  answer(question: Question): Promise<Answer>;
  /** Ends the proxy; the revisions run on, and are taken over by the next one. With `all`, ends them too. */
  stop(all: boolean): Promise<void>;
}

/**
 * Runs the revisions of one service and stands in front of them. Guardian may end and start again beneath it; when it dies itself, the next one takes over the
 * processes it finds. Everything it is told is on disk before it is done, and may be told again.
 */
export function createSupervisor(folder: string, launch: Launch): Supervisor {
  const startedAt = Date.now();
  const state: SupervisorState = readState(folder);
  const measurements = createMeasurements(startedAt);
  const busy = new Set<string>();
  const restartAfter = new Map<string, number>();
  const exits = new Map<string, string>();
  const proxy = createProxy({
    choose: (not) => chooseUpstream(state, not),
    onEnd: ({ revision, ...request }) => measurements.count(revision, request),
  });
  let timer: NodeJS.Timeout | null = null;

  const find = (name: string) => state.revisions.find((revision) => revision.name === name) ?? null;
  const save = () => writeState(folder, state);
  const codeOf = (name: string) => join(folder, 'revisions', name);
  const logOf = (name: string) => join(folder, 'logs', `${name}.log`);

  /** What each revision needs now; each is looked at by one turn at a time. */
  function turn(): void {
    for (const revision of state.revisions) {
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
        revision.phase = 'starting';
        return begin(revision, 0);
      case 'failed':
        return;
      default:
        revision.phase satisfies never;
    }
  }

  async function prepare(revision: KeptRevision): Promise<void> {
    await prepareRevision({
      launch,
      artifact: revision.artifact,
      folder: codeOf(revision.name),
      environment: environmentOf(revision, launch),
      logFile: logOf(revision.name),
    });
    revision.phase = 'starting';
    await begin(revision, 0);
  }

  async function begin(revision: KeptRevision, port: number): Promise<void> {
    const { exited, ...process } = await startProcess({
      command: revision.command,
      folder: codeOf(revision.name),
      environment: environmentOf(revision, launch),
      logFile: logOf(revision.name),
      port,
    });
    void exited.then((how) => exits.set(revision.name, how));
    Object.assign(revision, process, { startedAt: Date.now() });
    save();
  }

  async function keepRunning(revision: KeptRevision): Promise<void> {
    if (!isRunning(revision)) return again(revision);
    boundLog(logOf(revision.name));
    // Of a container its engine sees to that: the process here is the one that watches it.
    const resident = 'prepared' in launch.source ? null : residentBytes([revision.pid!]);
    if (revision.memoryBytes !== null && resident !== null && resident > revision.memoryBytes) {
      revision.outOfMemory++;
      save();
      await endGroup(revision.pid!, 0);
      return;
    }
    if (revision.phase === 'ready' || !(await takesRequests(revision.port!, launch.healthPath))) return;
    revision.phase = 'ready';
    revision.startMs ??= Date.now() - revision.startedAt!;
    restartAfter.delete(revision.name);
    save();
  }

  /** It has ended by itself: one that never answered has failed, one that did is started again on its port. */
  async function again(revision: KeptRevision): Promise<void> {
    const how = exits.get(revision.name);
    const hasServed = revision.startMs !== null;
    if (revision.pid !== null) {
      revision.pid = null;
      if (how !== '0') revision.crashes++;
      save();
    }
    if (!hasServed) throw new Error(`ended (${how ?? 'unknown'}) before it answered\n${await toldBy(revision)}`);
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
    if (revision.rests) {
      // Said first: whoever gives it traffic from here on has it started.
      Object.assign(revision, { phase: 'resting', port: null });
      save();
    }
    await endProcess(revision);
    if (!revision.rests) await forget(revision);
  }

  /** It is told to end: that is no crash. */
  async function endProcess(revision: KeptRevision): Promise<void> {
    if (revision.pid === null) return;
    if (isRunning(revision)) await endGroup(revision.pid, END_GRACE_MS);
    revision.pid = null;
    exits.delete(revision.name);
    save();
  }

  async function forget({ name }: KeptRevision): Promise<void> {
    state.revisions = state.revisions.filter((revision) => revision.name !== name);
    save();
    measurements.forget(name);
    await rm(codeOf(name), { recursive: true, force: true });
    await rm(logOf(name), { force: true });
  }

  function fail(revision: KeptRevision, error: unknown): void {
    revision.phase = 'failed';
    revision.problem = (error instanceof Error ? error.message : String(error)).slice(-TOLD_BYTES);
    save();
  }

  function toldBy({ name }: KeptRevision): Promise<string> {
    return lastBytes(logOf(name), TOLD_BYTES);
  }

  function create(asked: CreateRequest): Answer {
    const known = state.revisions.find(({ intentId }) => intentId === asked.intentId);
    if (known) return { kind: 'done' };
    if (asked.sequence < state.sequence) return outdated(asked.sequence);
    state.sequence = asked.sequence;
    const { sequence: _sequence, ...given } = asked;
    state.revisions.unshift({ ...given, ...NOT_STARTED, createdAt: Date.now() });
    save();
    turn();
    return { kind: 'done' };
  }

  function setTraffic(split: Split, sequence: number): Answer {
    if (sequence < state.sequence) return outdated(sequence);
    const unready = split.shares.map(({ revision }) => notReady(revision)).find((answer) => answer !== null);
    if (unready) return unready;
    const before = state.traffic.shares.map(({ revision }) => revision);
    state.traffic = split;
    state.sequence = sequence;
    save();
    for (const name of before) if (!split.shares.some(({ revision }) => revision === name)) proxy.leave(name);
    return { kind: 'done' };
  }

  /** One that was stopped is started first. Null: it may be given traffic. */
  function notReady(name: string): Answer | null {
    const revision = find(name);
    if (revision?.phase === 'draining' && revision.rests) revision.phase = 'ready';
    if (revision?.phase === 'resting') {
      revision.phase = 'waking';
      save();
      turn();
    }
    const isWaking = revision?.phase === 'waking' || (revision?.phase === 'starting' && revision.startMs !== null);
    if (isWaking) return { kind: 'starting', revision: name };
    return revision && revision.port !== null ? null : { kind: 'refused', reason: `revision ${name} does not run` };
  }

  function retire({ revision: name, drainMs, sequence, kind }: Extract<Question, { drainMs: number }>): Answer {
    if (sequence < state.sequence) return outdated(sequence);
    if (state.traffic.shares.some(({ revision }) => revision === name))
      return { kind: 'refused', reason: `revision ${name} still has traffic` };
    state.sequence = sequence;
    const revision = find(name);
    const rests = kind === 'rest';
    const isResting = revision?.phase === 'resting' && rests;
    if (revision && !isResting) {
      const drainUntil = revision.phase === 'draining' ? revision.drainUntil : Date.now() + drainMs;
      Object.assign(revision, { phase: 'draining', drainUntil, rests });
    }
    save();
    turn();
    return { kind: 'done' };
  }

  function outdated(sequence: number): Answer {
    return { kind: 'refused', reason: `step ${sequence} came after step ${state.sequence} was carried out` };
  }

  async function answer(question: Question): Promise<Answer> {
    switch (question.kind) {
      case 'state':
        return { kind: 'state', state: { ...state, revisions: state.revisions.map((one) => ({ ...one })) } };
      case 'create':
        return create(question.revision);
      case 'traffic':
        return setTraffic(question.split, question.sequence);
      case 'retire':
      case 'rest':
        return retire(question);
      case 'memory': {
        const revision = find(question.revision);
        return { kind: 'memory', bytes: revision?.pid ? residentBytes([revision.pid]) : null };
      }
      case 'logs':
        return { kind: 'logs', text: await lastBytes(logOf(question.revision), question.bytes) };
      case 'measured':
        return { kind: 'measured', measured: measurements.read(question.window) };
      case 'stop':
        return { kind: 'done' };
      default:
        return { kind: 'refused', reason: `unknown question ${question satisfies never}` };
    }
  }

  return {
    async start() {
      mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
      const port = await proxy.listen({ host: launch.host, port: launch.port });
      turn();
      timer = setInterval(turn, TURN_MS);
      return port;
    },
    answer,
    async stop(all) {
      if (timer) clearInterval(timer);
      if (all) {
        const running = state.revisions.filter(isRunning);
        await Promise.all(running.map(({ pid }) => endGroup(pid!, END_GRACE_MS)));
      }
      await proxy.close();
    },
  };
}

function environmentOf({ environment, name }: KeptRevision, { base }: Launch): Record<string, string> {
  return { ...base, ...environment, GUARDIAN_REVISION: name };
}
