import { GuardianError } from '../core/shared/index.ts';
import type { AppContext } from './app-env.ts';

/** `TOO_DRY, TOO_HUMID` as the names it holds. */
export const listOf = (text: string): string[] => text.split(',').map((name) => name.trim());

/** `firing,resolved` as the names they are; throws `payload_invalid` for one that is not known. */
export function namesOf<T extends string>(
  { var: { messages } }: AppContext,
  key: string,
  text: string,
  known: readonly T[],
): T[] {
  return text.split(',').map((name) => {
    const found = known.find((one) => one === name.trim());
    if (found) return found;
    throw new GuardianError('payload_invalid', { key, reason: messages.server.validation.values(known.join(', ')) });
  });
}
