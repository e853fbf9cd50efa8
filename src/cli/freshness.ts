import { type Freshness, parseFreshness } from '../core/reports/index.ts';
import { GuardianError, type Messages } from '../core/shared/index.ts';

/** The window the command line asks for; null when it asks for none. */
export function freshnessOf(since: string | undefined, messages: Messages): Freshness | null {
  if (since === undefined) return null;
  const freshness = parseFreshness(since);
  if (!freshness) throw new GuardianError('usage_invalid', { reason: messages.cli.badSince(since) });
  return freshness;
}
