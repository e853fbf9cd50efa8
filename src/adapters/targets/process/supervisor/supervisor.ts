import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../../sayings.ts';
import { chooseUpstream } from './choose-upstream.ts';
import { keepState } from './kept-state.ts';
import { createLifecycle, logFileOf } from './lifecycle.ts';
import { createMeasurements } from './measurements.ts';
import { lastBytes } from './prepare.ts';
import { createProxy } from './proxy.ts';
import { residentBytes } from './running.ts';
import { type Launch, NOT_STARTED, type Split } from './state.ts';
import type { Answer, CreateRequest, Question } from './wire.ts';

const TURN_MS = 250;

export interface Supervisor {
  /** The port users call. */
  start(): Promise<number>;
  /** Throws where it could not be done: then nothing was changed. */
  answer(question: Question): Promise<Answer>;
  /** Ends the proxy; the revisions run on, and are taken over by the next one. With `all`, ends them too. */
  stop(all: boolean): Promise<void>;
}

/**
 * Runs the revisions of one service and stands in front of them. Guardian may end and start again beneath it; when it dies itself, the next one takes over the
 * processes it finds. Everything it is told is on disk before it is done, and may be told again.
 */
export function createSupervisor(folder: string, launch: Launch): Supervisor {
  const kept = keepState(folder);
  const measurements = createMeasurements(Date.now());
  const proxy = createProxy({
    choose: (not) => chooseUpstream(kept.now, not),
    onEnd: ({ revision, ...request }) => measurements.count(revision, request),
  });
  const lifecycle = createLifecycle({ folder, launch, kept, proxy, measurements });
  let timer: NodeJS.Timeout | null = null;

  /** Of those that failed the newest stays, for what it said; the others go when the next one is made. */
  function create(asked: CreateRequest): Answer {
    const { sequence, ...given } = asked;
    if (kept.now.revisions.some(({ intentId }) => intentId === asked.intentId)) return { kind: 'done' };
    if (sequence < kept.now.sequence) return outdated(sequence);
    kept.commit((draft) => {
      draft.sequence = sequence;
      for (const former of draft.revisions)
        if (former.phase === 'failed') Object.assign(former, { phase: 'draining', rests: false });
      draft.revisions.unshift({ ...given, ...NOT_STARTED, createdAt: Date.now() });
    });
    lifecycle.turn();
    return { kind: 'done' };
  }

  function setTraffic(split: Split, sequence: number): Answer {
    if (sequence < kept.now.sequence) return outdated(sequence);
    const unready = split.shares.map(({ revision }) => notReady(revision)).find((answer) => answer !== null);
    if (unready) return unready;
    const before = kept.now.traffic.shares.map(({ revision }) => revision);
    kept.commit((draft) => {
      draft.traffic = split;
      draft.sequence = sequence;
    });
    for (const name of before) if (!split.shares.some(({ revision }) => revision === name)) proxy.leave(name);
    return { kind: 'done' };
  }

  /** One that was stopped is started first. Null: it may be given traffic. */
  function notReady(name: string): Answer | null {
    const revision = kept.find(name);
    if (revision?.phase === 'draining' && revision.rests) setPhase(name, 'ready');
    if (revision?.phase === 'resting') {
      setPhase(name, 'waking');
      lifecycle.turn();
    }
    const isWaking = revision?.phase === 'waking' || (revision?.phase === 'starting' && revision.startMs !== null);
    if (isWaking) return { kind: 'starting', revision: name };
    const isThere = revision !== null && revision.port !== null && !GONE.has(revision.phase);
    return isThere ? null : { kind: 'refused', reason: say.notRunning(name) };
  }

  function setPhase(name: string, phase: 'ready' | 'waking'): void {
    kept.commit(({ revisions }) => {
      for (const revision of revisions) if (revision.name === name) revision.phase = phase;
    });
  }

  function retire({ revision: name, drainMs, sequence, kind }: Extract<Question, { drainMs: number }>): Answer {
    if (sequence < kept.now.sequence) return outdated(sequence);
    if (kept.now.traffic.shares.some(({ revision }) => revision === name))
      return { kind: 'refused', reason: say.hasTraffic(name) };
    const rests = kind === 'rest';
    kept.commit((draft) => {
      draft.sequence = sequence;
      const revision = draft.revisions.find((one) => one.name === name);
      if (!revision || (revision.phase === 'resting' && rests)) return;
      const drainUntil = revision.phase === 'draining' ? revision.drainUntil : Date.now() + drainMs;
      Object.assign(revision, { phase: 'draining', drainUntil, rests });
    });
    lifecycle.abandon(name);
    lifecycle.turn();
    return { kind: 'done' };
  }

  function outdated(sequence: number): Answer {
    return { kind: 'refused', reason: say.late(sequence, kept.now.sequence) };
  }

  async function answer(question: Question): Promise<Answer> {
    switch (question.kind) {
      case 'state':
        return { kind: 'state', state: structuredClone(kept.now) };
      case 'create':
        return create(question.revision);
      case 'traffic':
        return setTraffic(question.split, question.sequence);
      case 'retire':
      case 'rest':
        return retire(question);
      case 'memory': {
        const pid = kept.find(question.revision)?.pid ?? null;
        return { kind: 'memory', bytes: pid === null ? null : await residentBytes(pid) };
      }
      case 'logs':
        return { kind: 'logs', text: await lastBytes(logFileOf(folder, question.revision), question.bytes) };
      case 'measured':
        return { kind: 'measured', measured: measurements.read(question.window) };
      case 'stop':
        return { kind: 'done' };
      default:
        return { kind: 'refused', reason: say.supervisor.unknownQuestion(String(question satisfies never)) };
    }
  }

  return {
    async start() {
      mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
      const port = await proxy.listen({ host: launch.host, port: launch.port });
      lifecycle.turn();
      timer = setInterval(lifecycle.turn, TURN_MS);
      return port;
    },
    answer,
    async stop(all) {
      if (timer) clearInterval(timer);
      await lifecycle.stop(all);
      await proxy.close();
    },
  };
}

/** Whatever port they had: they are being ended, or never began. */
const GONE: ReadonlySet<string> = new Set(['draining', 'failed']);
