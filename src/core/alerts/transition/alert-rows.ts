import type { Alert, AlertChange } from '../alert.ts';
import type { AlertOutboxEntry, AlertWrite } from '../ports.ts';

/** Who changes what by itself. */
export const GUARDIAN = 'guardian';

export const NOTHING: AlertWrite = { alert: null, look: null, changes: [], outbox: [] };

/** The kinds of outbox rows that people are told of; `alert-changed` is for screens and for channels that mirror states. */
export type TellingKind = 'alert-fired' | 'alert-resolved' | 'alert-escalated' | 'alert-repeated';

interface Changed {
  action: AlertChange['action'];
  at: number;
  by: string;
  /** The row before; null: there was none. */
  before: Alert | null;
  after: Alert;
  notes?: string | null;
  detail?: Record<string, unknown>;
}

export function changeRow({ action, at, by, before, after, notes = null, detail }: Changed): AlertChange {
  const { id, firing, state, severity, value } = after;
  return {
    alertId: id,
    firing,
    at,
    by,
    action,
    from: before?.state ?? null,
    to: state,
    notes,
    detail: { severity, value, ...detail },
  };
}

/**
 * The row for whoever tells of it. `payload`: `action`, `by`, `notes`; `telling`, the same again is a repeat of the same message; and `alert`, the row
 * at that moment without `number` (a new one has none yet) and `evidence`.
 */
export function outboxRow(kind: TellingKind | 'alert-changed', changed: Changed): AlertOutboxEntry {
  const { action, at, by, after, notes = null } = changed;
  const { number: _number, evidence: _evidence, ...alert } = after;
  return {
    kind,
    projectId: after.projectId,
    subjectId: after.id,
    payload: { action, at, by, notes, telling: tellingOf(changed), alert },
  };
}

/**
 * Of one firing each severity is told once, however often it comes and goes unanswered; everything else each time: an alert that was reopened escalates,
 * repeats and ends anew.
 */
function tellingOf({ action, at, before, after: { id, firing, severity, step } }: Changed): string {
  const isFiring = action === 'fired' || (action === 'graver' && before?.state !== 'acknowledged');
  if (isFiring) return `${id}:${firing}:fired:${severity}`;
  return `${id}:${firing}:${action}:${action === 'escalated' ? `${step}:` : ''}${at}`;
}
