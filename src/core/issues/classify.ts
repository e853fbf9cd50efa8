import type { Event } from '../events/index.ts';
import { SEVERITY } from '../events/index.ts';
import type { UnderstandingLimits } from './limits.ts';
import { measuredMs, type ObservedRequest, observedRequest } from './observed-request.ts';
import { type PlatformSignal, recogniseSignal } from './signals/recognise-signal.ts';

/** What one event is to an incident. Context is what explains incidents and counts for nothing by itself. */
type Standing = 'error' | 'warning' | 'latency' | 'context';

export interface Classified {
  standing: Standing;
  signal: PlatformSignal | null;
  request: ObservedRequest | null;
  /** The measured time, when it is above the knob; else null. */
  slowMs: number | null;
}

/** Requests that Guardian itself sends to see whether a service lives. */
const OWN_POLL = /^guardian\b/i;

/**
 * Error: severity 17 and above, a stack, a status 500-599 of a field, or a platform's word that the process died or is unhealthy.
 * Warning: severity 13-16 or a status 400-499. Latency: a measured time above the knob. Guardian's own polls count only when
 * the service answers 500 and above.
 */
export function classify(event: Event, limits: Pick<UnderstandingLimits, 'latencyMs'>): Classified {
  const request = observedRequest(event);
  const signal = recogniseSignal(event);
  const status = request?.status ?? 0;
  const isOwnPoll = request !== null && isPollOfGuardian(request);
  const measured = isOwnPoll ? null : (request?.durationMs ?? measuredMs(event));
  const slowMs = measured !== null && measured > limits.latencyMs ? measured : null;
  const isError = signal !== null || saysError(event, status);
  if (isError && !(isOwnPoll && status < 500)) return { standing: 'error', signal, request, slowMs };
  const isWarning = event.severityNumber >= SEVERITY.warn || (status >= 400 && status <= 499);
  if (isWarning && !isOwnPoll) return { standing: 'warning', signal, request, slowMs };
  return { standing: slowMs === null ? 'context' : 'latency', signal, request, slowMs };
}

function isPollOfGuardian({ userAgent }: ObservedRequest): boolean {
  return userAgent !== null && OWN_POLL.test(userAgent);
}

function saysError({ severityNumber, exceptions }: Event, status: number): boolean {
  return severityNumber >= SEVERITY.error || exceptions.length > 0 || (status >= 500 && status <= 599);
}
