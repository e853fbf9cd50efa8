import { captureUncaught } from './capture/capture-exception.ts';
import { flushOnSignals as flushAtSignals } from './capture/flush-on-signals.ts';
import { watchProcess } from './capture/watch-process.ts';
import { differenceOf, optionError } from './check-options.ts';
import { checkOptions } from './check-start-options.ts';
import type { Audit, AuditRecord } from './client/audit-stream.ts';
import { writeMetrics } from './client/metrics-text.ts';
import { openSealer } from './client/open-sealer.ts';
import { createRunningClient, type RunningClient } from './client/running-client.ts';
import { createRuntime, type Runtime } from './client/runtime.ts';
import type { ClientStats } from './client/stats.ts';
import { createIdleTarget } from './logger/idle-target.ts';
import { setTarget } from './logger/registry.ts';
import type { CheckedOptions, RecordLimits, SealingOptions, StartOptions } from './options.ts';
import { createRedactor, type RedactionOptions, type Redactor } from './redact/index.ts';
import type { Usage } from './usage/index.ts';

/** The one client of this thread. */
export interface Client {
  /** As it stands on every record. */
  readonly instance: string;
  /** For the middlewares. Made at its first use; throws when there is no server to send to. */
  readonly usage: Usage;
  /** The audit trail of this client. */
  readonly audit: Audit;
  /** True when everything logged before was confirmed by every sink within the time (5,000 ms); the rest waits on disk. */
  flush(options?: { timeoutMs?: number }): Promise<boolean>;
  /** Ends it: flushes, leaves on disk what could not be sent. `start()` works again afterwards. */
  stop(options?: { timeoutMs?: number }): Promise<boolean>;
  /** Reading changes nothing. */
  stats(): ClientStats;
  /** The same for Prometheus. */
  metricsText(): string;
}

interface Run {
  readonly options: CheckedOptions;
  running: RunningClient | null;
  client: Client | null;
  stopped: Promise<boolean> | null;
}

const FLUSH_TIMEOUT_MS = 5_000;

let started: { run: Run; ready: Promise<Client> } | null = null;
/** The figures of the last client stay readable. */
let last: RunningClient | null = null;

/**
 * Starts the client of this thread: from now on loggers write. Without sealing all is done when the call returns; with it, once the
 * promise resolves. The same options again give the same client. Rejects with a `TypeError` that names an unknown or wrong option, or
 * the first difference from the client that runs; with a `SealingError` when there is no usable key.
 */
export function start(options: StartOptions): Promise<Client> {
  try {
    const checked = checkOptions(options);
    return started === null ? begin(checked) : startedAlready(started, checked);
  } catch (error) {
    return Promise.reject(error);
  }
}

function startedAlready({ run, ready }: NonNullable<typeof started>, checked: CheckedOptions): Promise<Client> {
  if (run.stopped !== null) throw optionError('start: the client is being stopped; wait for stop() first');
  const difference = differenceOf(run.options, checked);
  if (difference !== null) throw optionError(`start: ${difference}, with which the client runs; stop() it first`);
  return ready;
}

function begin(options: CheckedOptions): Promise<Client> {
  const redactor = options.redaction === null ? null : redactorOf(options.redaction, options.limits);
  if (redactor?.needsSealer && options.sealing === null)
    throw optionError(
      'start: "sealing" is missing: a rule of "redaction" says encrypt, and there is no key to do it with',
    );
  const run: Run = { options, running: null, client: null, stopped: null };
  const runtime = createRuntime(options);
  const ready =
    options.sealing === null
      ? Promise.resolve(begun(run, createRunningClient({ runtime, redactor, sealing: null })))
      : beginSealing(run, { runtime, redactor, sealing: options.sealing });
  started = { run, ready };
  return ready;
}

/** Records are redacted as copies: nothing in them can answer otherwise at a second look. */
function redactorOf(redaction: RedactionOptions, { depth, nodes, stringLength }: RecordLimits): Redactor {
  return createRedactor({ limits: { depth, nodes, stringLength }, ...redaction, isParsedJson: true });
}

interface SealingStart {
  runtime: Runtime;
  redactor: Redactor | null;
  sealing: SealingOptions;
}

async function beginSealing(run: Run, { runtime, redactor, sealing }: SealingStart): Promise<Client> {
  try {
    return begun(run, createRunningClient({ runtime, redactor, sealing: await openSealer(runtime, sealing) }));
  } catch (error) {
    started = null;
    throw error;
  }
}

/** From here on it runs. */
function begun(run: Run, running: RunningClient): Client {
  run.running = running;
  last = running;
  setTarget(running.target);
  const { capture } = run.options;
  const unwatch = watchProcess({ writeOut: running.writeOut, onUncaught: capture.uncaught ? captureUncaught : null });
  const end = async (limits: { timeoutMs: number }): Promise<boolean> => {
    running.finish();
    setTarget(createIdleTarget('after stop()', running.runtime.tellTrouble));
    try {
      return await running.shutdown(limits);
    } finally {
      unwatch();
      started = null;
    }
  };
  run.client = {
    instance: running.runtime.instance,
    get usage() {
      return running.usage();
    },
    audit: { record: (record) => running.audit.record(record) },
    flush: (limits) => running.flush({ timeoutMs: FLUSH_TIMEOUT_MS, ...limits }),
    stop: (limits) => {
      run.stopped ??= end({ timeoutMs: FLUSH_TIMEOUT_MS, ...limits });
      return run.stopped;
    },
    stats: () => statsOf(running),
    metricsText: () => writeMetrics(statsOf(running)),
  };
  return run.client;
}

/** The client that runs, waited for while it is being started. */
async function current(): Promise<Client | null> {
  return started === null ? null : started.ready.catch(() => null);
}

function statsOf(running: RunningClient): ClientStats {
  return { ...running.stats(), isRunning: started?.run.running === running && started.run.stopped === null };
}

/** As `Client.stop`, of the client that runs; true when none does. */
export async function stop(options?: { timeoutMs?: number }): Promise<boolean> {
  const client = started?.run.client ?? (await current());
  return client?.stop(options) ?? true;
}

/** As `Client.flush`, of the client that runs; true when none does. */
export async function flush(options?: { timeoutMs?: number }): Promise<boolean> {
  const client = started?.run.client ?? (await current());
  return client?.flush(options) ?? true;
}

/** Of the client that runs; rejects when none does: what must be kept is never passed over in silence. */
export const audit: Audit = {
  async record(record: AuditRecord): Promise<void> {
    const client = started?.run.client ?? (await current());
    if (client == null) throw new Error('the audit entry cannot be kept: there is no client; call start() first');
    await client.audit.record(record);
  },
};

/** Of the client that runs, else of the last one; null before the first. */
export function stats(): ClientStats | null {
  return last === null ? null : statsOf(last);
}

/** As `stats`, for Prometheus; empty before the first client. */
export function metricsText(): string {
  return last === null ? '' : writeMetrics(statsOf(last));
}

/** For programs without signal handlers of their own: at TERM, INT and HUP the client stops, then the signal ends the process. */
export function flushOnSignals(options: { signals?: readonly NodeJS.Signals[]; timeoutMs?: number } = {}): () => void {
  const { timeoutMs = FLUSH_TIMEOUT_MS, signals } = options;
  return flushAtSignals({
    ...(signals && { signals }),
    flush: () => flush({ timeoutMs }),
    stop: () => stop({ timeoutMs }),
  });
}
