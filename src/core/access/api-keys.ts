import { randomBytes } from 'node:crypto';
import type { Clock } from '../shared/index.ts';
import type { ApiKey, ApiKeyStore, KeyScope } from './ports.ts';
import { hashSecret, isSameSecret, randomSecret } from './secrets.ts';

const PREFIX = 'gk_';
/** ms a found key is believed without asking the store: the longest that a key revoked by another node still works. */
const BELIEVED_MS = 5_000;
/** ms between looks while the store is away. */
const LOOK_AGAIN_MS = 1_000;
const REMEMBERED_KEYS = 1_000;
/** ms between notes that a key is in use. */
const NOTED_MS = 60_000;

export interface ApiKeys {
  /** The only time the key itself is known. */
  make(asked: {
    label: string;
    scope: KeyScope;
    createdBy: string;
    expiresAt: number | null;
  }): Promise<{ apiKey: ApiKey; key: string }>;
  /** The key's row when it is known, not revoked and not expired; null otherwise. */
  check(key: string): Promise<ApiKey | null>;
  list(): Promise<ApiKey[]>;
  revoke(id: string): Promise<boolean>;
}

/** Keys of the API: `gk_` and 256 random bits, kept as their SHA-256 only. */
export function createApiKeys({ store, clock }: { store: ApiKeyStore; clock: Clock }): ApiKeys {
  const believed = new Map<string, { apiKey: ApiKey; at: number }>();
  const noted = new Map<string, number>();

  async function find(hash: string): Promise<ApiKey | null> {
    const known = believed.get(hash);
    if (known && clock.now() - known.at < BELIEVED_MS) return known.apiKey;
    let apiKey: ApiKey | null;
    try {
      apiKey = await store.find(hash);
    } catch (error) {
      // While the store is away clients send on, and the spool takes it: whom it knew last is still known.
      if (known === undefined || believed.get(hash) !== known) throw error;
      believed.set(hash, { ...known, at: clock.now() - BELIEVED_MS + LOOK_AGAIN_MS });
      return known.apiKey;
    }
    believed.delete(hash);
    if (!apiKey || !isSameSecret(apiKey.hash, hash)) return null;
    if (believed.size >= REMEMBERED_KEYS) believed.clear();
    believed.set(hash, { apiKey, at: clock.now() });
    return apiKey;
  }

  return {
    async make({ label, scope, createdBy, expiresAt }) {
      const key = PREFIX + randomSecret();
      const apiKey: ApiKey = {
        id: `key-${randomBytes(8).toString('hex')}`,
        hash: hashSecret(key),
        label,
        scope,
        createdBy,
        createdAt: clock.now(),
        lastUsedAt: null,
        expiresAt,
        revokedAt: null,
      };
      await store.add(apiKey);
      return { apiKey, key };
    },

    async check(key) {
      if (!key.startsWith(PREFIX) || key.length > 100) return null;
      const apiKey = await find(hashSecret(key));
      const now = clock.now();
      if (!apiKey || apiKey.revokedAt !== null) return null;
      if (apiKey.expiresAt !== null && apiKey.expiresAt <= now) return null;
      if (now - (noted.get(apiKey.id) ?? 0) >= NOTED_MS) {
        if (noted.size >= REMEMBERED_KEYS) noted.clear();
        noted.set(apiKey.id, now);
        // Of a store that is away, the next note tells it.
        await store.used(apiKey.id, now).catch(() => {});
      }
      return apiKey;
    },

    list: () => store.list(),

    async revoke(id) {
      believed.clear();
      return store.revoke(id, clock.now());
    },
  };
}
