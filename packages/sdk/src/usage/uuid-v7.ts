import { randomFillSync } from 'node:crypto';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const POOL_BYTES = 2_048;
const pool = new Uint8Array(POOL_BYTES);
let used = POOL_BYTES;

/** A uuid of version 7 (RFC 9562, 5.7): 48 bits of the instant, 74 random ones. */
export function uuidV7(now: number): string {
  if (used + 10 > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const at = used;
  used += 10;
  const instant = Math.max(0, Math.floor(now)).toString(16).padStart(12, '0').slice(-12);
  const byte = (index: number) => HEX[pool[at + index] ?? 0];
  const version = HEX[((pool[at] ?? 0) & 0x0f) | 0x70];
  const variant = HEX[((pool[at + 2] ?? 0) & 0x3f) | 0x80];
  return `${instant.slice(0, 8)}-${instant.slice(8)}-${version}${byte(1)}-${variant}${byte(3)}-${byte(4)}${byte(5)}${byte(6)}${byte(7)}${byte(8)}${byte(9)}`;
}

/** The id of a batch: its rows take the last four digits (`expand-batch.ts`). */
export function batchIdV7(now: number): string {
  return `${uuidV7(now).slice(0, -4)}0000`;
}
