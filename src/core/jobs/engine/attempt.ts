import type { Clock, GuardianError } from '../../shared/index.ts';
import type { ExecutionContext, OutputStore } from '../ports.ts';
import type { OutputChunk, Run, RunReason, TerminalStatus } from '../run.ts';
import type { AttemptEnd } from './retry.ts';
import { collectOutput } from './run-output.ts';
import type { Timer } from './timer.ts';

export type AbortReason = 'timeout' | 'requested' | 'superseded' | 'shutdown' | 'lost';

export interface RunningAttempt {
  /** The first reason counts. `message`: what whoever asked for it said. */
  abort(reason: AbortReason, message?: string | null): void;
  isCancelled(): boolean;
  /** Null: it was taken for dead and is another's by now. Its output is stored. */
  end: Promise<AttemptEnd | null>;
}

export interface AttemptOptions {
  execute(context: ExecutionContext): Promise<AttemptEnd>;
  stores: { outputs: Pick<OutputStore, 'append'> };
  clock: Clock;
  timer: Timer;
  giveUpMs: number;
  redact(text: string): string;
  onOutput(runId: string, chunks: readonly OutputChunk[]): void;
  onFailure(part: string, error: GuardianError): void;
}

const ENDS: Record<Exclude<AbortReason, 'lost'>, { status: TerminalStatus; reason: RunReason }> = {
  timeout: { status: 'timed_out', reason: 'timeout' },
  requested: { status: 'cancelled', reason: 'requested' },
  superseded: { status: 'cancelled', reason: 'superseded' },
  shutdown: { status: 'cancelled', reason: 'shutdown' },
};

/** One attempt, from its claim to its end. Whatever the executor does, it ends: what was told to stop and does not is given up. */
export function carryOut(run: Run, options: AttemptOptions): RunningAttempt {
  const { timer, giveUpMs } = options;
  const controller = new AbortController();
  let abortedFor: AbortReason | null = null;
  let said: string | null = null;
  let giveUp = () => {};
  const givenUp = new Promise<null>((resolve) => {
    giveUp = () => resolve(null);
  });
  let cancelWait = () => {};

  function abort(reason: AbortReason, message: string | null = null): void {
    if (abortedFor !== null) return;
    abortedFor = reason;
    said = message;
    cancelWait();
    cancelWait = timer.after(giveUpMs, giveUp);
    controller.abort(reason);
  }

  async function carry(): Promise<AttemptEnd | null> {
    const output = collectOutput(run, { ...options, outputs: options.stores.outputs });
    // Somebody asked for its end while it waited for another attempt: nothing is begun.
    if (run.cancelRequest) abort('requested', run.cancelRequest.reason);
    else cancelWait = timer.after(run.timeoutMs, () => abort('timeout'));
    const told = abortedFor
      ? null
      : await Promise.race([
          executeSafely(options.execute, {
            signal: controller.signal,
            output: (stream, text) => output.write(stream, text),
          }),
          givenUp,
        ]);
    cancelWait();
    await output.close();
    return conclude(told, abortedFor, said);
  }

  return { abort, isCancelled: () => abortedFor === 'requested' || abortedFor === 'superseded', end: carry() };
}

async function executeSafely(execute: AttemptOptions['execute'], context: ExecutionContext): Promise<AttemptEnd> {
  try {
    return await execute(context);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.message : String(thrown);
    return { status: 'error', reason: 'exception', message: null, error, stats: null, recordErrors: null };
  }
}

/** A run that was told to stop did not do what it is for, whatever it says of itself. */
function conclude(told: AttemptEnd | null, abortedFor: AbortReason | null, said: string | null): AttemptEnd | null {
  if (abortedFor === 'lost') return null;
  if (abortedFor === null) return told!;
  const { status, reason } = ENDS[abortedFor];
  return {
    status,
    reason,
    message: said ?? told?.message ?? null,
    error: told?.error ?? null,
    stats: told?.stats ?? null,
    recordErrors: told?.recordErrors ?? null,
  };
}
