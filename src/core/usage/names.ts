import type { ErasedNames, PersonalStore, SaltVault } from './ports.ts';
import {
  ERASURE_MARGIN_MS,
  erasureHash,
  type Pseudonym,
  periodBefore,
  periodOf,
  pseudonymAt,
  pseudonymOf,
  type SaltSpan,
  type Salts,
} from './pseudonym.ts';

export interface UsageNamesOptions {
  /** Null: users are kept under the names that were sent. */
  pseudonyms: { vault: SaltVault; span: SaltSpan } | null;
  store: Pick<PersonalStore, 'erased' | 'aliasesOf'>;
  /** Keys the hashes of erased users. */
  erasureKey: Uint8Array;
  now(): number;
}

/** Under which names users are kept, and which users are not. */
export interface UsageNames {
  /**
   * Makes the salt of the period that began, destroys those that are over, learns who was erased: to be called before facts are read, since
   * `identify` waits for nobody. While the salts cannot be reached those that are known go on.
   */
  prepare(): Promise<void>;
  /** Null: the records of this user are not taken. */
  identify(user: string, at: number): Pseudonym | null;
  /** The same for names as they are kept. */
  isRefused(name: string, at: number, erased?: ErasedNames): boolean;
  namesOf(user: string): Promise<string[]>;
  hashOf(name: string): string;
}

/** Erased users are learnt again after so long; folding reads them with the facts it folds, and has the last word. */
const LEARN_MS = 1_000;

export function createUsageNames({ pseudonyms, store, erasureKey, now }: UsageNamesOptions): UsageNames {
  let salts: Salts | null = null;
  let learnt: ErasedNames = new Map();
  let learntAt = Number.NEGATIVE_INFINITY;
  const hashOf = (name: string) => erasureHash(name, erasureKey);

  async function renew(): Promise<void> {
    if (pseudonyms === null) return;
    const { vault, span } = pseudonyms;
    const period = periodOf(now(), span);
    if (salts?.period === period) return;
    const periodOfBefore = periodBefore(period, span);
    const { current, before } = await vault.renew({ period, before: periodOfBefore });
    salts = { period, current, before: before && { period: periodOfBefore, salt: before } };
  }

  function isRefused(name: string, at: number, erased: ErasedNames = learnt): boolean {
    if (erased.size === 0) return false;
    const erasedAt = erased.get(hashOf(name));
    return erasedAt !== undefined && at <= erasedAt + ERASURE_MARGIN_MS;
  }

  return {
    async prepare() {
      if (salts === null) await renew();
      else await renew().catch(() => undefined);
      if (Math.abs(now() - learntAt) < LEARN_MS) return;
      learnt = await store.erased();
      learntAt = now();
    },

    identify(user, at) {
      if (isRefused(user, at)) return null;
      if (pseudonyms === null) return { user, before: null };
      // Only before the first `prepare`: nothing is kept under a name that a salt should hide.
      if (salts === null) return null;
      return pseudonymAt(user, at, salts, pseudonyms.span);
    },

    isRefused,
    hashOf,

    async namesOf(user) {
      await renew();
      const names = [user];
      if (salts !== null) {
        names.push(pseudonymOf(user, salts.period, salts.current));
        if (salts.before !== null) names.push(pseudonymOf(user, salts.before.period, salts.before.salt));
      }
      return [...new Set([...names, ...(await store.aliasesOf(names))])];
    },
  };
}
