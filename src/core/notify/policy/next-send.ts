import type { EscalationStep, NotifyKnobs } from '../knobs.ts';
import { gravityOf } from '../knobs.ts';
import type { Severity } from '../notification.ts';

/** What of an alert decides when it is next told. */
export interface SentAlert {
  state: 'firing' | 'acknowledged' | 'resolved';
  isArchived: boolean;
  severity: Severity;
  firingSince: number;
  /** Steps of escalation taken in this firing. */
  step: number;
  /** `until` of one that has lapsed counts: from then on nobody answers for it. */
  acknowledged: { at: number; until: number } | null;
}

export interface NextSend {
  at: number;
  kind: 'repeat' | 'escalate' | 'lapse';
}

export type SendPolicy = Pick<NotifyKnobs, 'repeatMs' | 'escalation'>;

/**
 * When an alert is next told, as it stands right after what happened at `now`: the next step of escalation, the next repeat, or the lapse of its
 * acknowledgement. Null: nothing more until it changes. Repeats count from when nobody answered for it, so that looks in between do not move them.
 */
export function nextSend(alert: SentAlert, policy: SendPolicy, now: number): NextSend | null {
  if (alert.state === 'resolved' || alert.isArchived) return null;
  if (alert.state === 'acknowledged') return { at: alert.acknowledged?.until ?? now, kind: 'lapse' };
  const since = unansweredSince(alert, now);
  const escalation = nextStep(alert, policy.escalation);
  const escalate: NextSend | null = escalation && { at: Math.max(since + escalation.afterMs, now), kind: 'escalate' };
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
  { step, severity }: Pick<SentAlert, 'step' | 'severity'>,
  steps: readonly EscalationStep[],
): EscalationStep | null {
  return stepsFor(severity, steps)[step] ?? null;
}

/** Steps by the time they wait, of those that are meant for this severity. */
export function stepsFor(severity: Severity, steps: readonly EscalationStep[]): EscalationStep[] {
  return steps
    .filter(({ severityAtLeast }) => severityAtLeast === null || gravityOf(severity) >= gravityOf(severityAtLeast))
    .toSorted((a, b) => a.afterMs - b.afterMs);
}

function unansweredSince({ firingSince, acknowledged }: SentAlert, now: number): number {
  const lapsed =
    acknowledged && acknowledged.until <= now && acknowledged.at >= firingSince ? acknowledged.until : firingSince;
  return Math.max(firingSince, lapsed);
}
