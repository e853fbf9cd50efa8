import type { Alert, AlertChange } from '../alert.ts';
import type { AlertWrite } from '../ports.ts';
import { changeRow, GUARDIAN, NOTHING, outboxRow, type TellingKind } from './alert-rows.ts';
import { NOTHING_NEXT, unanswered, withNextSend } from './next-telling.ts';
import type { AlertPolicy } from './policy.ts';

/**
 * What comes of a row whose `nextSendAt` has come: a repeat, the next step of escalation, or the lapse of an acknowledgement, which is told as a repeat.
 * Each is a row of history and of the outbox, and sets when the next comes. Nothing where it is not due any longer: somebody was first.
 */
export function decideDue(alert: Alert, at: number, policy: AlertPolicy): AlertWrite {
  const { nextSend, nextSendAt, state } = alert;
  if (nextSendAt === null || nextSendAt > at) return NOTHING;
  // A row that says when and not what, or is over, would be due for ever, and stand in the way of others.
  if (nextSend === null || state === 'resolved') return { ...NOTHING, alert: { ...alert, ...NOTHING_NEXT } };
  switch (nextSend) {
    case 'repeat':
      // It stayed: whatever it was before, it does not flap now, and this is the first that people hear of it.
      return alert.isFlapping
        ? told('repeated', 'alert-repeated', alert, { ...unanswered(alert, at), isFlapping: false }, at, policy)
        : told('repeated', 'alert-repeated', alert, alert, at, policy);
    case 'escalate':
      return told(
        'escalated',
        'alert-escalated',
        alert,
        { ...alert, step: alert.nextStep ?? alert.step + 1 },
        at,
        policy,
      );
    case 'lapse':
      // The steps that were taken stay taken.
      return told(
        'lapsed',
        'alert-repeated',
        alert,
        { ...unanswered(alert, alert.acknowledged?.until ?? at), step: alert.step, state: 'firing' },
        at,
        policy,
      );
    default:
      return nextSend satisfies never;
  }
}

function told(
  action: AlertChange['action'],
  kind: TellingKind,
  before: Alert,
  next: Alert,
  at: number,
  policy: AlertPolicy,
): AlertWrite {
  const after = withNextSend(next, at, policy);
  const changed = { action, at, by: GUARDIAN, before, after, detail: { step: after.step } };
  return { alert: after, look: null, changes: [changeRow(changed)], outbox: [outboxRow(kind, changed)] };
}
