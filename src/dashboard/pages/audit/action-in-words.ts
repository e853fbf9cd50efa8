import type { AuditEntry } from '../../../contracts/api/audit.ts';
import type { audit as English } from '../../i18n/en/audit.ts';
import { oneLine } from '../../visible-text.ts';

type Words = Pick<typeof English, 'action' | 'actionOfAll'>;

/** What was done, and to what; null where the words say that it was all there is. */
export function actionInWords(
  { action, object }: Pick<AuditEntry, 'action' | 'object'>,
  { action: actions, actionOfAll }: Words,
): { what: string; object: string | null } {
  const ofAll = object === '*' ? actionOfAll[action] : undefined;
  if (ofAll !== undefined) return { what: ofAll, object: null };
  return { what: actions[action] ?? oneLine(action), object: oneLine(object) };
}
