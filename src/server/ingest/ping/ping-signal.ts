import { NO_FACTS, readFactsOfBody, type WatchedJobName, type WatchedSignal } from '../../../core/jobs/index.ts';
import type { Ping } from './parse-ping.ts';

/** Bytes of a ping's body that are kept; clients are told by `Ping-Body-Limit`. */
export const PING_BODY_BYTES = 100_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** What a ping tells. `body`: its first bytes; `job`: the name with the project's key looked up. */
export function signalOfPing(
  ping: Ping,
  { job, body, at }: { job: WatchedJobName; body: Uint8Array; at: number },
): WatchedSignal {
  const text = textOf(body);
  return {
    kind: ping.kind,
    protocol: 'ping',
    job,
    at,
    clientId: ping.runId,
    mayBeRefused: false,
    exitStatus: ping.exitStatus,
    durationMs: null,
    environment: null,
    error: null,
    output: text === '' ? [] : [{ at, stream: 'log', text }],
    facts: text === '' ? NO_FACTS : readFactsOfBody(text),
    // What healthchecks.io gives a check that a ping made.
    definition: ping.isCreating
      ? {
          isUpdate: false,
          trigger: { kind: 'interval', everyMs: DAY_MS, anchor: null },
          graceMs: HOUR_MS,
          maxRunMs: null,
          failureThreshold: null,
          recoveryThreshold: null,
        }
      : null,
  };
}

/** A body that was cut may end within a character: that part is left out. */
function textOf(body: Uint8Array): string {
  return new TextDecoder('utf-8').decode(body.subarray(0, PING_BODY_BYTES), { stream: body.length >= PING_BODY_BYTES });
}
