import { GuardianError } from '../core/shared/index.ts';
import type { AppContext } from './app-env.ts';

/** A day, or an instant with its zone: a time without one would be read in whatever zone the server runs in. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * `from` and `to` of a query as epoch ms, half-open; a day alone is its first instant in UTC. Throws `payload_invalid` for what is no time, and for a
 * window that ends before it begins.
 */
export function windowOf(
  { var: { messages } }: AppContext,
  given: { from?: string | undefined; to?: string | undefined },
): { from?: number; to?: number } {
  const { validation } = messages.server;
  const read = (key: 'from' | 'to'): { from?: number; to?: number } => {
    // A `+` that was not escaped in the address arrives as a space.
    const text = given[key]?.trim().replace(/ (?=\d{2}:\d{2}$)/, '+');
    if (!text) return {};
    const time = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(time))
      throw new GuardianError('payload_invalid', { key, reason: validation.format('2026-01-31T08:15:30Z') });
    return { [key]: time };
  };
  const window = { ...read('from'), ...read('to') };
  if (window.from !== undefined && window.to !== undefined && window.from >= window.to)
    throw new GuardianError('payload_invalid', { key: 'from', reason: validation.times });
  return window;
}
