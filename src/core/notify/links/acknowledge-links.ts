import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../shared/index.ts';

/** Small values that outlive a restart. */
export interface SecretStore {
  get(name: string): Promise<unknown>;
  set(name: string, value: unknown): Promise<void>;
}

export interface LinkedAlerts {
  alerts: readonly { id: string; firing: number }[];
  recipientId: string;
}

export type ReadLink = { kind: 'valid'; link: LinkedAlerts; expiresAt: number } | { kind: 'expired' | 'invalid' };

export interface AcknowledgeLinks {
  sign(link: LinkedAlerts): Promise<string>;
  /** Whether the token is ours and holds; it says nothing of how the alerts stand now. Changes nothing. */
  read(token: string): Promise<ReadLink>;
}

/** Begins every token: another way of signing gets another version, and tokens of before stay what they are. */
const VERSION = 'v1';
const SETTING = 'notify.linkSecret';
const SECRET_BYTES = 32;
/** Longer ones are none of ours. */
const TOKEN_LENGTH = 4_096;

/**
 * Tokens that let their holder acknowledge these alerts in these firings, as that recipient, for so long: `v1.<base64url of JSON>.<base64url of
 * HMAC-SHA-256>`. The secret is made once and stands in the store.
 */
export function createAcknowledgeLinks({
  settings,
  clock,
  linkMs,
}: {
  settings: SecretStore;
  clock: Clock;
  linkMs: number;
}): AcknowledgeLinks {
  let secret: Promise<Buffer> | null = null;
  return {
    async sign({ alerts, recipientId }) {
      const expiresAt = clock.now() + linkMs;
      const content = [alerts.map(({ id, firing }) => [id, firing]), recipientId, expiresAt];
      const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
      return `${VERSION}.${payload}.${(await signature(payload)).toString('base64url')}`;
    },

    async read(token) {
      const [version, payload, signed, ...rest] = token.length <= TOKEN_LENGTH ? token.split('.') : [];
      if (version !== VERSION || !payload || !signed || rest.length > 0) return { kind: 'invalid' };
      const given = Buffer.from(signed, 'base64url');
      const right = await signature(payload);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return { kind: 'invalid' };
      const [alerts, recipientId, expiresAt] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
        [string, number][],
        string,
        number,
      ];
      if (clock.now() >= expiresAt) return { kind: 'expired' };
      return {
        kind: 'valid',
        link: { alerts: alerts.map(([id, firing]) => ({ id, firing })), recipientId },
        expiresAt,
      };
    },
  };

  async function signature(payload: string): Promise<Buffer> {
    secret ??= readSecret(settings).catch((error) => {
      secret = null;
      throw error;
    });
    return createHmac('sha256', await secret)
      .update(`${VERSION}.${payload}`)
      .digest();
  }
}

async function readSecret(settings: SecretStore): Promise<Buffer> {
  const known = await settings.get(SETTING);
  if (typeof known === 'string') return Buffer.from(known, 'hex');
  await settings.set(SETTING, randomBytes(SECRET_BYTES).toString('hex'));
  // Of two that make it at once one wins: what stands there now counts.
  return Buffer.from((await settings.get(SETTING)) as string, 'hex');
}
