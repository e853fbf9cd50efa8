import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SettingStore } from '../../../core/access/index.ts';

export interface ReplyTokens {
  /** `Reply-To` and `Message-ID` of a hand-off's mail: both name the fix, signed. */
  headersOf(
    fixId: string,
    addresses: { address: string; sender: string },
  ): Promise<{ replyTo: string; messageId: string }>;
  /** Id of the fix that one of these addresses or Message-IDs names with a signature of ours; null: none does. */
  fixOf(named: readonly string[]): Promise<string | null>;
}

const SETTING = 'fixes.replySecret';
const SECRET_BYTES = 32;
/** Hexadecimal characters of the signature: 96 bits, short enough for the 64 characters before an `@` (RFC 5321 section 4.5.3.1.1). */
const SIGNATURE = 24;
const TOKEN = /(?:[+<]|^)([0-9a-f]{12})-([0-9a-f]{24})@/gi;
/** Addresses and ids looked at of one mail. */
const LOOKED_AT = 100;
/** Mail programs may write addresses in other letters: the token is lower case, and read in any. */
const VERSION = 'v1';

/** Which hand-off a mail answers is known by what Guardian itself wrote into its headers, never by what somebody typed. The secret is made once and kept in the store. */
export function createReplyTokens(settings: Pick<SettingStore, 'get' | 'set'>): ReplyTokens {
  let secret: Promise<Buffer> | null = null;
  return {
    async headersOf(fixId, { address, sender }) {
      const number = fixId.replace(/^fix-/, '');
      const token = `${number}-${await signatureOf(number)}`;
      const at = address.lastIndexOf('@');
      return {
        replyTo: `${address.slice(0, at)}+${token}${address.slice(at)}`,
        messageId: `<${token}@${sender.slice(sender.lastIndexOf('@') + 1)}>`,
      };
    },

    async fixOf(named) {
      for (const one of named.slice(0, LOOKED_AT)) {
        for (const [, number = '', given = ''] of one.slice(0, 1_000).matchAll(TOKEN)) {
          const right = Buffer.from(await signatureOf(number.toLowerCase()));
          if (timingSafeEqual(right, Buffer.from(given.toLowerCase()))) return `fix-${number.toLowerCase()}`;
        }
      }
      return null;
    },
  };

  async function signatureOf(number: string): Promise<string> {
    secret ??= readSecret(settings).catch((error) => {
      secret = null;
      throw error;
    });
    return createHmac('sha256', await secret)
      .update(`${VERSION}.${number}`)
      .digest('hex')
      .slice(0, SIGNATURE);
  }
}

async function readSecret(settings: Pick<SettingStore, 'get' | 'set'>): Promise<Buffer> {
  const known = await settings.get(SETTING);
  if (typeof known === 'string') return Buffer.from(known, 'hex');
  await settings.set(SETTING, randomBytes(SECRET_BYTES).toString('hex'));
  // Of two that make it at once one wins: what stands there now counts.
  return Buffer.from((await settings.get(SETTING)) as string, 'hex');
}
