import { GuardianError, type Messages } from '../shared/index.ts';
import type { KeptKey, SealingKeyStore } from './ports.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days that a key outlives everything that may have been sealed with it. */
const MARGIN_DAYS = 30;
/** A key serves 24 hours, and 24 more where the next one cannot be made. */
const LONGEST_USE_MS = 2 * DAY_MS;

export interface KeyRetention {
  now: number;
  /** Days that the longest kept of all records is kept, here and in other indexes. */
  longestRetentionDays: number;
  /** Events of issues are kept without a limit of days. */
  oldestEventAt: number | null;
}

/** Keys made before are needed by nobody. Epoch ms. */
function forgettableBefore({ now, longestRetentionDays, oldestEventAt }: KeyRetention): number {
  const kept = now - (longestRetentionDays + MARGIN_DAYS) * DAY_MS;
  const oldest = oldestEventAt === null ? kept : oldestEventAt - MARGIN_DAYS * DAY_MS;
  return Math.min(kept, oldest) - LONGEST_USE_MS;
}

export interface RemoveKeyOptions extends Omit<KeyRetention, 'oldestEventAt'> {
  messages: Messages;
  /** Resolves once what is about to happen stands in the audit trail; when it rejects, nothing happens. */
  note(outcome: 'success' | 'denied'): Promise<void>;
}

/** Throws `conflict` while anything may still be sealed with the key: what it sealed could never be read again. */
export async function removeKey(
  store: SealingKeyStore,
  key: Pick<KeptKey, 'id' | 'projectId'>,
  { messages, note, ...retention }: RemoveKeyOptions,
): Promise<void> {
  const kept = (await store.find(key.id, key.projectId))[0];
  if (kept === undefined) throw new GuardianError('not_found', { path: messages.sealing.keyNamed(key.id) });
  const before = forgettableBefore({ ...retention, oldestEventAt: await store.oldestEventAt() });
  if (Math.max(kept.createdAt, kept.receivedAt) >= before) {
    await note('denied');
    throw new GuardianError('conflict', { reason: messages.sealing.keyNeeded(MARGIN_DAYS) });
  }
  await note('success');
  await store.remove(key);
}

/** One bounded step of forgetting; gives how many went. */
export async function forgetKeys(
  store: SealingKeyStore,
  retention: Omit<KeyRetention, 'oldestEventAt'> & { limit: number },
): Promise<number> {
  const createdBefore = forgettableBefore({ ...retention, oldestEventAt: await store.oldestEventAt() });
  return store.forget({ createdBefore, limit: retention.limit });
}
