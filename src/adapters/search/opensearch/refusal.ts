import { GuardianError } from '../../../core/shared/index.ts';
import type { ClusterAnswer } from './connection.ts';

/** What a cluster writes when it refuses, of any of its generations: an object with a reason, or a text. */
interface Refused {
  error?: string | { type?: string; reason?: string; root_cause?: { type?: string; reason?: string }[] };
}

/** The answer of a call that had to succeed. Throws `search_refused` for what will not pass, `search_unreachable` for what may. */
export function mustSucceed(answer: ClusterAnswer, what: string): unknown {
  const { status, json } = answer;
  if (status >= 200 && status < 300 && json !== null) return json;
  throw refusal(answer, what);
}

/** 408, 429 and 5xx pass by themselves. */
export function refusal({ status, json }: ClusterAnswer, what: string): GuardianError {
  const isPassing = status === 408 || status === 429 || status >= 500;
  const said = reasonIn(json);
  const reason = `HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  return new GuardianError(isPassing ? 'search_unreachable' : 'search_refused', { path: what, reason });
}

function reasonIn(json: unknown): string {
  const { error } = (json ?? {}) as Refused;
  const said = typeof error === 'object' ? `${error.type ?? ''} ${error.reason ?? ''}` : (error ?? '');
  return said.replace(/\s+/g, ' ').trim().slice(0, 500);
}
