import type { EscalationStep, NotifyKnobs } from '../knobs.ts';
import { gravityOf } from '../knobs.ts';
import type { Severity } from '../notification.ts';

/** What of an alert decides when it is next told. */
export interface SentAlert {
  state: 'firing' | 'acknowledged' | 'resolved';
  isArchived: boolean;
  severity: Severity;
  /** Since when nobody answers for it, as grave as it is: steps and repeats count from there. */
  unanswered: { since: number };
  /** Of the steps in their order, the last that was taken, from 1; 0: none. */
  step: number;
  acknowledged: { until: number } | null;
}

/** `step`: the one that is taken then, from 1. */
export type NextSend = { at: number; kind: 'repeat' | 'lapse' } | { at: number; kind: 'escalate'; step: number };

export type SendPolicy = Pick<NotifyKnobs, 'repeatMs' | 'escalation'>;

/**
 * When an alert is next told, as it stands right after what happened at `now`: the next step of escalation, the next repeat, or the lapse of its
 * acknowledgement. Null: nothing more until it changes. Repeats count from when nobody answered for it, so that looks in between do not move them.
 */
export function nextSend(alert: SentAlert, policy: SendPolicy, now: number): NextSend | null {
  if (alert.state === 'resolved' || alert.isArchived) return null;
  if (alert.state === 'acknowledged') return { at: alert.acknowledged?.until ?? now, kind: 'lapse' };
  const { since } = alert.unanswered;
  const escalate = nextStep(alert, policy.escalation, now);
  const { repeatMs } = policy;
  const repeat: NextSend | null =
    repeatMs === null
      ? null
      : { at: since + (Math.floor(Math.max(0, now - since) / repeatMs) + 1) * repeatMs, kind: 'repeat' };
  // At one moment the step goes first: its message tells the same, to more people.
  if (escalate && (!repeat || escalate.at <= repeat.at)) return escalate;
  return repeat;
}

/** The step that is taken next, if there is one for an alert as grave as this. */
function nextStep(
  { step, severity, unanswered }: SentAlert,
  steps: readonly EscalationStep[],
  now: number,
): NextSend | null {
  const ordered = stepsInOrder(steps);
  const index = ordered.findIndex(
    ({ severityAtLeast }, position) =>
      position >= step && (severityAtLeast === null || gravityOf(severity) >= gravityOf(severityAtLeast)),
  );
  const next = ordered[index];
  return next ? { at: Math.max(unanswered.since + next.afterMs, now), kind: 'escalate', step: index + 1 } : null;
}

/** By the time they wait. A step is known by its place among all of them: whom it is meant for may change while it waits. */
export function stepsInOrder(steps: readonly EscalationStep[]): EscalationStep[] {
  return steps.toSorted((a, b) => a.afterMs - b.afterMs);
}
