import type { Alert, AlertChange } from '../alert.ts';
import type { AlertWrite } from '../ports.ts';
import { changeRow, NOTHING, outboxRow } from './alert-rows.ts';
import { type ActedState, stateOf } from './decide-action.ts';
import { unanswered, withNextSend } from './next-telling.ts';
import type { AlertPolicy } from './policy.ts';

const ID = /^alert-([0-9a-f]{14})$/;
const ACT_BYTES = 8;
const ID_BYTES = 7;

/** Without it a token might begin with a dash, and a command line would take it for an option. */
const PREFIX = 'u';

/**
 * Names an action and the alerts it changed: 8 bytes of the action, 7 of each alert, as base64url; under 10,000 characters for 1,000 alerts. What is to be
 * restored stands in the rows of history, so that a token invents nothing. Null where an id has another form.
 */
export function undoToken(act: string, alertIds: readonly string[]): string | null {
  const digits = alertIds.map((id) => ID.exec(id)?.[1] ?? null);
  if (alertIds.length === 0 || digits.includes(null)) return null;
  return `${PREFIX}${Buffer.from(act + digits.join(''), 'hex').toString('base64url')}`;
}

/** Null: it is no token of ours. */
export function readUndoToken(token: string): { act: string; alertIds: string[] } | null {
  if (!token.startsWith(PREFIX)) return null;
  const coded = token.slice(PREFIX.length);
  const bytes = Buffer.from(coded, 'base64url');
  const rest = bytes.length - ACT_BYTES;
  if (rest <= 0 || rest % ID_BYTES !== 0 || bytes.toString('base64url') !== coded) return null;
  const hex = bytes.toString('hex');
  const alertIds = Array.from({ length: rest / ID_BYTES }, (_, index) => {
    const start = (ACT_BYTES + index * ID_BYTES) * 2;
    return `alert-${hex.slice(start, start + ID_BYTES * 2)}`;
  });
  return { act: hex.slice(0, ACT_BYTES * 2), alertIds };
}

/** What an action did to a row. */
export interface Acted {
  former: ActedState;
  left: ActedState;
}

/** What the action did, when it is the last thing that changed the alert; null: something came after it. `changes`: oldest first. */
export function lastActed(changes: readonly AlertChange[], act: string): Acted | null {
  const detail = changes.at(-1)?.detail;
  if (detail?.act !== act || !isActedState(detail.former) || !isActedState(detail.left)) return null;
  return { former: detail.former, left: detail.left };
}

function isActedState(value: unknown): value is ActedState {
  return typeof value === 'object' && value !== null && 'state' in value && 'nextSendAt' in value;
}

/**
 * Puts the former state back, if the row is still as the action left it: whoever changed it since meant what he did. A resolution that is taken back has
 * been told: so is that it goes on, and nobody answers for it but by an acknowledgement that still holds.
 */
export function decideUndo(
  alert: Alert,
  { former, left, at, by, act, policy }: Acted & { at: number; by: string; act: string; policy: AlertPolicy },
): AlertWrite {
  if (JSON.stringify(comparable(stateOf(alert))) !== JSON.stringify(comparable(left))) return NOTHING;
  const restored: Alert = { ...alert, ...former };
  const isOpenAgain = alert.state === 'resolved' && restored.state !== 'resolved';
  const after = isOpenAgain ? openAgain(restored, at, policy) : restored;
  const changed = { action: 'undone', at, by, before: alert, after, detail: { undone: act } } as const;
  const kind = isOpenAgain && !after.isFlapping ? 'alert-fired' : 'alert-changed';
  return { alert: after, look: null, changes: [changeRow(changed)], outbox: [outboxRow(kind, changed)] };
}

function openAgain(restored: Alert, at: number, policy: AlertPolicy): Alert {
  if (restored.isFlapping || (restored.acknowledged !== null && restored.acknowledged.until > at)) return restored;
  return withNextSend({ ...unanswered(restored, at), state: 'firing' }, at, policy);
}

/** Keys may come back from a store in another order. */
function comparable({ acknowledged, resolved, ...rest }: ActedState) {
  return [
    [rest.state, rest.isArchived, rest.nextSendAt, rest.nextSend, rest.step, rest.isFlapping, rest.firing],
    acknowledged && [acknowledged.at, acknowledged.by, acknowledged.until],
    resolved && [resolved.at, resolved.by, resolved.notes],
  ];
}
