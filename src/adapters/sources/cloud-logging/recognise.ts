import { LOG_ENTRY_KEYS } from './resync.ts';

const LOG_NAME = /"logName"\s*:\s*"(?:projects|organizations|folders|billingAccounts)\//;
const DISTINCTIVE = new RegExp(`"(?:${LOG_ENTRY_KEYS.filter((key) => key.length > 6).join('|')})"\\s*:`, 'g');
const FIRST_OBJECT = /^(?:[^\n]*\n){0,20}?\s*(?:\[\s*)?(?:\{\s*"entries"\s*:\s*\[\s*)?\{/;

/**
 * Whether an input that begins with these bytes is an export of Cloud Logging: LogEntry objects in an array, one per line, or in an
 * answer of the API; up to 20 foreign lines and a byte-order mark may stand before. An empty array is one as well (no entries matched).
 * A few KB are enough.
 */
export function looksLikeCloudLogging(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 64 * 1024))
    .toString('utf8')
    .replace(/^\ufeff/, '');
  if (/^\s*\[\s*\]\s*$/.test(text)) return true;
  if (!FIRST_OBJECT.test(text)) return false;
  if (LOG_NAME.test(text)) return true;
  return new Set(text.match(DISTINCTIVE)).size >= 3;
}
