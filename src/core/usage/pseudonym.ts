import { createHmac } from 'node:crypto';

/** How long a salt lives, in UTC; weeks begin on Monday. */
export type SaltSpan = 'day' | 'week' | 'month';

/** The salt of this period and, while it exists, that of the period before. */
export interface Salts {
  period: string;
  current: Uint8Array;
  /** Null: there was none, or nothing of it is left. */
  before: { period: string; salt: Uint8Array } | null;
}

export const SALT_BYTES = 32;
const DAY_MS = 86_400_000;

/** Name of the period an instant lies in: the UTC date on which it begins. */
export function periodOf(at: number, span: SaltSpan): string {
  const date = new Date(at);
  if (span === 'month') date.setUTCDate(1);
  if (span === 'week') date.setTime(at - ((date.getUTCDay() + 6) % 7) * DAY_MS);
  return date.toISOString().slice(0, 10);
}

export function periodBefore(period: string, span: SaltSpan): string {
  return periodOf(Date.parse(period) - DAY_MS, span);
}

/** `pseudonym-20261121-` and 132 bits of HMAC-SHA-256 under the salt: whose it is nobody can tell once the salt is gone. */
export function pseudonymOf(user: string, period: string, salt: Uint8Array): string {
  const digest = createHmac('sha256', salt).update(user).digest('base64url').slice(0, 22);
  return `pseudonym-${period.replaceAll('-', '')}-${digest}`;
}

const PSEUDONYM = /^pseudonym-(\d{8})-[\w-]{22}$/;

/** The period of a pseudonym's salt; '' of a name as it was sent. */
export function saltOf(name: string): string {
  return PSEUDONYM.exec(name)?.[1] ?? '';
}

export interface Pseudonym {
  user: string;
  /** The same person under the salt before: a session that is alive goes on under it. */
  before: string | null;
}

/**
 * Under the salt of the period in which the fact lies; of one that is forgotten, under the oldest there is: what came so late stands beside
 * its neighbours of the day on which it can still be told, and nowhere else.
 */
export function pseudonymAt(user: string, at: number, salts: Salts, span: SaltSpan): Pseudonym {
  const { before } = salts;
  if (before !== null && periodOf(at, span) < salts.period)
    return { user: pseudonymOf(user, before.period, before.salt), before: null };
  return {
    user: pseudonymOf(user, salts.period, salts.current),
    before: before && pseudonymOf(user, before.period, before.salt),
  };
}

/** What remains of an erased user: enough to know a late record by, and no more. */
export function erasureHash(name: string, key: Uint8Array): string {
  return createHmac('sha256', key).update(name).digest('base64url');
}

/** As far as a clock may be ahead of Guardian's: no record made before the erasure bears a later instant than this much after it. */
export const ERASURE_MARGIN_MS = DAY_MS;
