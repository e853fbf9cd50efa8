import type { Alert } from '../alert.ts';
import type { AlertPolicy } from './policy.ts';

/** Nothing more is to be sent. */
export const NOTHING_NEXT = { nextSendAt: null, nextSend: null, nextStep: null } as const;

/** With when it is told next. */
export function withNextSend(alert: Alert, at: number, policy: AlertPolicy): Alert {
  const next = policy.nextSend(alert, at);
  if (next === null) return { ...alert, ...NOTHING_NEXT };
  return {
    ...alert,
    nextSendAt: next.at,
    nextSend: next.kind,
    nextStep: next.kind === 'escalate' ? next.step : null,
  };
}

/** From then on nobody answers for it: its steps and repeats begin anew. */
export function unanswered(alert: Alert, since: number): Alert {
  return { ...alert, step: 0, unanswered: { since, severity: alert.severity } };
}
