import { randomBytes } from 'node:crypto';
import type { Alert } from '../alert.ts';
import type { AlertReader, AlertStore, AlertWrite } from '../ports.ts';
import { NOTHING } from '../transition/alert-rows.ts';
import { type ActionRefusal, type AlertAction, decideAction } from '../transition/decide-action.ts';
import type { AlertPolicy } from '../transition/policy.ts';
import { decideUndo, lastActed, readUndoToken, undoToken } from '../transition/undo.ts';

export interface ActOutcome {
  changed: Alert[];
  /** Those that are not in the state that the action needs, and those that are not there. */
  refused: { id: string; reason: ActionRefusal | 'not-found' | 'changed-since' }[];
  /** Takes the action back; null: there is nothing to take back. */
  undo: string | null;
}

interface ActContext {
  store: Pick<AlertStore, 'change'> & Pick<AlertReader, 'changes'>;
  policy: AlertPolicy;
  at: number;
  /** From the session or the key. */
  by: string;
}

/** One action on one or many, in one transaction; those that refuse it stop no other. */
export async function actOnAlerts(
  ids: readonly string[],
  action: AlertAction,
  { store, policy, at, by }: ActContext,
): Promise<ActOutcome> {
  const act = randomBytes(8).toString('hex');
  const wanted = [...new Set(ids)];
  const refusals = new Map<string, ActionRefusal>();
  const seen = new Map<string, Alert>();
  const written = await store.change(wanted, (alert) => {
    seen.set(alert.id, alert);
    refusals.delete(alert.id);
    const decision = decideAction(alert, action, { at, by, act, policy });
    if (!decision.isRefused) return decision.write;
    refusals.set(alert.id, decision.reason);
    return NOTHING;
  });
  const now = new Map(written.map((alert) => [alert.id, alert]));
  const changed = wanted.flatMap((id) => {
    const alert = now.get(id) ?? seen.get(id);
    return alert && !refusals.has(id) ? [alert] : [];
  });
  const refused = wanted.flatMap((id): ActOutcome['refused'] => {
    const reason = refusals.get(id) ?? (seen.has(id) || now.has(id) ? null : 'not-found');
    return reason === null ? [] : [{ id, reason }];
  });
  const isUndoable = action.kind !== 'note';
  const undo = isUndoable
    ? undoToken(
        act,
        changed.map(({ id }) => id),
      )
    : null;
  return { changed, refused, undo };
}

/** Takes an action back where nothing changed the alert since. Null: the token is none of ours. */
export async function undoAction(token: string, { store, policy, at, by }: ActContext): Promise<ActOutcome | null> {
  const read = readUndoToken(token);
  if (!read) return null;
  const { act, alertIds } = read;
  const acted = new Map(
    await Promise.all(alertIds.map(async (id) => [id, lastActed(await store.changes(id), act)] as const)),
  );
  const undone = new Set<string>();
  const seen = new Set<string>();
  const written = await store.change(alertIds, (alert): AlertWrite => {
    seen.add(alert.id);
    undone.delete(alert.id);
    const states = acted.get(alert.id);
    const write = states ? decideUndo(alert, { ...states, at, by, act, policy }) : NOTHING;
    if (write.alert) undone.add(alert.id);
    return write;
  });
  return {
    changed: written.filter(({ id }) => undone.has(id)),
    refused: alertIds
      .filter((id) => !undone.has(id))
      .map((id) => ({ id, reason: seen.has(id) ? 'changed-since' : 'not-found' })),
    undo: null,
  };
}
