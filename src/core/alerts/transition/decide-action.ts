import type { Alert, AlertChange, LookState } from '../alert.ts';
import type { AlertWrite } from '../ports.ts';
import { changeRow, outboxRow, type TellingKind } from './alert-rows.ts';
import { NOTHING_NEXT, unanswered, withNextSend } from './next-telling.ts';
import type { AlertPolicy } from './policy.ts';

export const ALERT_ACTIONS = ['acknowledge', 'resolve', 'reopen', 'archive', 'unarchive', 'note'] as const;

/** What a person does to an alert. */
export type AlertActionKind = (typeof ALERT_ACTIONS)[number];

export interface AlertAction {
  kind: AlertActionKind;
  notes: string | null;
}

/** Why an alert is not in the state the action needs. */
export type ActionRefusal =
  /** Acknowledge, resolve: it is resolved already. */
  | 'is-resolved'
  /** Reopen, archive: it is not resolved. */
  | 'is-open'
  | 'is-acknowledged'
  | 'is-archived'
  | 'is-not-archived'
  | 'needs-notes';

export interface ActionContext {
  at: number;
  /** Who: from the session or the key, never from the request. */
  by: string;
  /** Names the action over all its alerts, so that it can be taken back. */
  act: string;
  policy: AlertPolicy;
}

export type ActionDecision = { isRefused: true; reason: ActionRefusal } | { isRefused: false; write: AlertWrite };

const DONE: Record<AlertActionKind, AlertChange['action']> = {
  acknowledge: 'acknowledged',
  resolve: 'resolved',
  reopen: 'reopened',
  archive: 'archived',
  unarchive: 'unarchived',
  note: 'noted',
};

/** What a person changes. Archiving needs a resolved alert: what still holds must not go out of sight. */
export function decideAction(alert: Alert, action: AlertAction, context: ActionContext): ActionDecision {
  const reason = REFUSAL_OF[action.kind](alert, action.notes);
  if (reason) return { isRefused: true, reason };
  const { at, by, act } = context;
  const after = changed(alert, action, context);
  const change = {
    action: DONE[action.kind],
    at,
    by,
    before: alert,
    after,
    notes: action.notes,
    detail: { act, former: stateOf(alert), left: stateOf(after) },
  };
  return {
    isRefused: false,
    write: {
      alert: action.kind === 'note' ? null : after,
      look: action.kind === 'resolve' ? lookAnew(alert, at) : null,
      changes: [changeRow(change)],
      outbox: [outboxRow(tellingKindOf(action.kind, alert), change)],
    },
  };
}

function tellingKindOf(kind: AlertActionKind, { isFlapping }: Alert): TellingKind | 'alert-changed' {
  // People were told that it is over.
  if (kind === 'reopen') return 'alert-fired';
  // Nobody was told of what flaps: nobody is told that it ended.
  return kind === 'resolve' && !isFlapping ? 'alert-resolved' : 'alert-changed';
}

const REFUSAL_OF: Record<AlertActionKind, (alert: Alert, notes: string | null) => ActionRefusal | null> = {
  acknowledge({ state }) {
    if (state === 'resolved') return 'is-resolved';
    return state === 'acknowledged' ? 'is-acknowledged' : null;
  },
  resolve: ({ state }) => (state === 'resolved' ? 'is-resolved' : null),
  reopen: ({ state }) => (state === 'resolved' ? null : 'is-open'),
  archive({ state, isArchived }) {
    if (state !== 'resolved') return 'is-open';
    return isArchived ? 'is-archived' : null;
  },
  unarchive: ({ isArchived }) => (isArchived ? null : 'is-not-archived'),
  note: (_alert, notes) => (notes === null || notes.trim() === '' ? 'needs-notes' : null),
};

function changed(alert: Alert, { kind, notes }: AlertAction, { at, by, policy }: ActionContext): Alert {
  switch (kind) {
    case 'acknowledge': {
      const acknowledged = { at, by, until: at + policy.acknowledgedForMs };
      return withNextSend({ ...alert, state: 'acknowledged', acknowledged }, at, policy);
    }
    case 'resolve':
      return { ...alert, ...NOTHING_NEXT, state: 'resolved', acknowledged: null, resolved: { at, by, notes } };
    case 'reopen':
      return withNextSend(
        { ...unanswered(alert, at), state: 'firing', isArchived: false, resolved: null, isFlapping: false },
        at,
        policy,
      );
    case 'archive':
      return { ...alert, isArchived: true };
    case 'unarchive':
      return { ...alert, isArchived: false };
    case 'note':
      return alert;
    default:
      return kind satisfies never;
  }
}

/** Whoever resolves an alert has seen what there was: the rule begins anew, and older looks that arrive later count no more. */
function lookAnew({ dedupeKey }: Alert, at: number): LookState {
  return { dedupeKey, badSince: null, badCount: 0, goodCount: 0, unknownCount: 0, lastLookAt: at };
}

/** The part of a row that actions change: what an undo restores. */
export type ActedState = Pick<
  Alert,
  | 'state'
  | 'isArchived'
  | 'acknowledged'
  | 'resolved'
  | 'nextSendAt'
  | 'nextSend'
  | 'nextStep'
  | 'step'
  | 'unanswered'
  | 'isFlapping'
  | 'firing'
>;

export function stateOf(alert: Alert): ActedState {
  const { state, isArchived, acknowledged, resolved, nextSendAt, nextSend, nextStep } = alert;
  const { step, unanswered: since, isFlapping, firing } = alert;
  return {
    ...{ state, isArchived, acknowledged, resolved, nextSendAt, nextSend, nextStep },
    ...{ step, unanswered: since, isFlapping, firing },
  };
}
