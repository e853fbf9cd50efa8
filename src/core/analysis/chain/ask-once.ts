import { type Clock, steadyNow } from '../../shared/index.ts';
import type { Tokens } from '../analysis.ts';
import { type ModelCall, ModelError, type ModelPort, type ModelReply, type Timer } from '../ports.ts';

export interface AskOnceOptions {
  models: ModelPort;
  clock: Clock;
  timer: Timer;
  call: Omit<ModelCall, 'signal'>;
  /** ms until the call is given up. */
  timeoutMs: number;
  /** The caller's. */
  signal: AbortSignal | undefined;
}

export interface Asked {
  durationMs: number;
  reply: ModelReply | null;
  error: ModelError | null;
  /** Spent, as far as anybody said; null: nobody knows (it hung, the connection broke). */
  tokens: Tokens | null;
}

/** One call, with an end. Throws the caller's reason when the caller left; everything else is a result. */
export async function askOnce({ models, clock, timer, call, timeoutMs, signal }: AskOnceOptions): Promise<Asked> {
  signal?.throwIfAborted();
  const since = steadyNow(clock);
  const ending = new AbortController();
  const tookTooLong = new ModelError('timeout', `no answer within ${timeoutMs} ms`);
  const cancel = timer.after(timeoutMs, () => ending.abort(tookTooLong));
  const leave = () => ending.abort(signal?.reason);
  signal?.addEventListener('abort', leave, { once: true });
  try {
    // Raced: an adapter that does not heed its signal must hold nobody up.
    const reply = await Promise.race([models.ask({ ...call, signal: ending.signal }), endOf(ending.signal)]);
    return { durationMs: steadyNow(clock) - since, reply, error: null, tokens: reply.tokens };
  } catch (thrown) {
    signal?.throwIfAborted();
    const error = asModelError(ending.signal.aborted ? tookTooLong : thrown);
    return { durationMs: steadyNow(clock) - since, reply: null, error, tokens: spentOn(error) };
  } finally {
    cancel();
    signal?.removeEventListener('abort', leave);
  }
}

function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function asModelError(thrown: unknown): ModelError {
  if (thrown instanceof ModelError) return thrown;
  return new ModelError('network', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}

function spentOn(error: ModelError): Tokens | null {
  if (error.tokens !== null) return error.tokens;
  // A vendor that refuses a request with a status charges nothing for it.
  return error.status !== null && error.status >= 300 ? { prompt: 0, completion: 0 } : null;
}
