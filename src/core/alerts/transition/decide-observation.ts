import { textOf } from '../../shared/index.ts';
import { ALERT_SEVERITIES, type Alert, type LookState, type Observation } from '../alert.ts';
import type { AlertWrite } from '../ports.ts';
import { sayingsIn } from '../sayings.ts';
import { changeRow, GUARDIAN, NOTHING, outboxRow } from './alert-rows.ts';
import { type NextLook, nextLook } from './next-look.ts';
import { NOTHING_NEXT, unanswered, withNextSend } from './next-telling.ts';
import type { AlertPolicy } from './policy.ts';

/**
 * One look of a rule at one subject, carried into its row.
 *
 * ```
 *            bad, held                       good, cleared
 *  (none) ─────────────▶ firing ───────────────────────────▶ resolved
 *                        ▲    ▲ │ graver: firing again          │
 *                 lapses │    │ ▼                               │
 *                     acknowledged ──────── good ──────────────▶│
 *                             ▲─────────── bad, held ───────────┘ firing + 1
 * ```
 *
 * Guarantees: a late or repeated look changes nothing; an unknown one fires and resolves nothing; a row for telling is written exactly when it fires,
 * when it becomes graver and when it is resolved, and for none of these while it flaps; `firing` only rises.
 */
export function decideObservation(
  observation: Observation,
  alert: Alert | null,
  look: LookState | null,
  policy: AlertPolicy,
): AlertWrite {
  const next = nextLook(observation, look);
  if (!next) return NOTHING;
  if (alert !== null && alert.state !== 'resolved') return lookAtOpen(observation, alert, next, policy);
  return isStillWell(observation, look) ? NOTHING : lookAtClosed(observation, alert, next, policy);
}

/** There is no alert, or it is resolved. */
function lookAtClosed(observation: Observation, before: Alert | null, next: NextLook, policy: AlertPolicy): AlertWrite {
  const { look } = next;
  if (observation.condition !== 'bad') return { ...NOTHING, look };
  if (next.isHeld) return { ...fire(observation, before, next, policy), look };
  return observation.isTimeOnly ? NOTHING : { ...NOTHING, look };
}

function lookAtOpen(observation: Observation, alert: Alert, next: NextLook, policy: AlertPolicy): AlertWrite {
  const { condition, value } = observation;
  const { at, look } = next;
  switch (condition) {
    case 'unknown':
      return measuredAnew(alert, null, look);
    case 'bad':
      return observation.isTimeOnly ? NOTHING : { ...seenAgain(observation, alert, at, policy), look };
    case 'between':
      return measuredAnew(alert, value, look);
    case 'good':
      return next.isCleared ? { ...resolveByLook(observation, alert, at), look } : measuredAnew(alert, value, look);
    default:
      return condition satisfies never;
  }
}

/** Nothing but the value may have changed. */
function measuredAnew(alert: Alert, value: Alert['value'], look: LookState): AlertWrite {
  return { ...NOTHING, look, alert: alert.value === value ? null : { ...alert, value } };
}

/** Most looks of periodic rules: nothing to write. What came from outside is written, so that an older look that arrives later is known as late. */
function isStillWell({ condition, isCurrent }: Observation, look: LookState | null): boolean {
  if (!isCurrent || (condition !== 'good' && condition !== 'between')) return false;
  return look === null || (look.badSince === null && look.unknownCount === 0);
}

function fire(observation: Observation, before: Alert | null, next: NextLook, policy: AlertPolicy): AlertWrite {
  const { at, look } = next;
  const since = look.badSince ?? at;
  const isFlapping = flaps(before, observation, at, policy);
  const firing: Alert = {
    ...found(observation, policy),
    id: before?.id ?? policy.newId(),
    number: before?.number ?? 0,
    state: 'firing',
    isArchived: false,
    firstSeen: before?.firstSeen ?? since,
    lastSeen: at,
    count: (before?.count ?? 0) + look.badCount,
    firing: (before?.firing ?? 0) + 1,
    firingSince: since,
    ...NOTHING_NEXT,
    step: 0,
    // Before that nobody could answer for it, however long it has been bad.
    unanswered: { since: at, severity: observation.severity },
    acknowledged: null,
    resolved: null,
    isFlapping,
  };
  // What flaps is not told as it fires; but it is, should it stay.
  const after: Alert = isFlapping
    ? { ...firing, nextSendAt: at + policy.flappingWithinMs, nextSend: 'repeat' }
    : withNextSend(firing, at, policy);
  const changed = { action: 'fired', at, by: GUARDIAN, before, after, detail: { isFlapping } } as const;
  return {
    alert: after,
    look: null,
    changes: [changeRow(changed)],
    outbox: [outboxRow(isFlapping ? 'alert-changed' : 'alert-fired', changed)],
  };
}

/** Never what is critical: that is told each time, and the cool-down of the notifications bounds it. */
function flaps(
  before: Alert | null,
  { severity }: Observation,
  at: number,
  { flappingWithinMs }: AlertPolicy,
): boolean {
  if (!before || before.firing < 2 || severity === 'critical') return false;
  return before.resolved?.by === GUARDIAN && at - before.firingSince <= flappingWithinMs;
}

function seenAgain(observation: Observation, before: Alert, at: number, policy: AlertPolicy): AlertWrite {
  const seen: Alert = { ...before, ...found(observation, policy), lastSeen: at, count: before.count + 1 };
  const change = rank(observation) - rank(before);
  if (change > 0) return becomeGraver(before, seen, at, policy);
  // What was acknowledged keeps the severity it was acknowledged at: going to and fro across it would undo the acknowledgement.
  if (change < 0 && before.state === 'firing') {
    // A step that is for graver ones alone is not taken for it.
    const after = withNextSend(seen, at, policy);
    const changed = { action: 'eased', at, by: GUARDIAN, before, after, detail: { was: before.severity } } as const;
    return { alert: after, look: null, changes: [changeRow(changed)], outbox: [outboxRow('alert-changed', changed)] };
  }
  return { alert: { ...seen, severity: before.severity }, look: null, changes: [], outbox: [] };
}

/**
 * An acknowledgement was of something less grave: it does not hold any longer. Steps begin anew with what is graver than all that was told; what goes to
 * and fro unanswered does not put them off.
 */
function becomeGraver(before: Alert, seen: Alert, at: number, policy: AlertPolicy): AlertWrite {
  const isNews = before.state === 'acknowledged' || before.isFlapping || rank(seen) > rank(before.unanswered);
  const graver: Alert = { ...(isNews ? unanswered(seen, at) : seen), state: 'firing', acknowledged: null };
  const after = withNextSend({ ...graver, isFlapping: false }, at, policy);
  const changed = { action: 'graver', at, by: GUARDIAN, before, after, detail: { was: before.severity } } as const;
  return { alert: after, look: null, changes: [changeRow(changed)], outbox: [outboxRow('alert-fired', changed)] };
}

function resolveByLook({ value, evidence }: Observation, before: Alert, at: number): AlertWrite {
  const after: Alert = {
    ...before,
    value,
    evidence: evidence ?? before.evidence,
    state: 'resolved',
    acknowledged: null,
    resolved: { at, by: GUARDIAN, notes: null },
    ...NOTHING_NEXT,
  };
  const changed = { action: 'resolved', at, by: GUARDIAN, before, after } as const;
  // Nobody was told that it fired: nobody is told that it ended.
  const kind = before.isFlapping ? 'alert-changed' : 'alert-resolved';
  return { alert: after, look: null, changes: [changeRow(changed)], outbox: [outboxRow(kind, changed)] };
}

/** What the row takes from a look: as it is, and its sentences in the language of the installation. */
function found(observation: Observation, { messages }: AlertPolicy) {
  const { dedupeKey, rule, type, projectId, subject, severity } = observation;
  const { value, unit, threshold, description, advice, evidence } = observation;
  return {
    ...{ dedupeKey, rule, type, projectId, subject, severity },
    ...{ value, unit, evidence, said: sayingsIn(observation) },
    threshold: threshold && textOf(threshold, messages),
    description: textOf(description, messages),
    advice: advice && textOf(advice, messages),
  };
}

const rank = ({ severity }: { severity: Alert['severity'] }) => ALERT_SEVERITIES.indexOf(severity);
