import { randomBytes } from 'node:crypto';

/** 64 random bits name a client in its process and thread: no two collide without being asked. */
const INSTANCE_BYTES = 8;
/** Base 36 digits of a sequence number: 78 thousand million records sort by their id. */
const SEQUENCE_DIGITS = 7;
const LAST_DIGITS = 2;
const LAST_COUNT = 36 ** LAST_DIGITS;

const LAST: readonly string[] = Array.from({ length: LAST_COUNT }, (_, at) =>
  at.toString(36).padStart(LAST_DIGITS, '0'),
);

export interface RecordIds {
  /** What all ids of one start begin with. */
  readonly prefix: string;
  /** The sequence number of the last id that was given; 0 before the first. */
  readonly sequence: number;
  /** The id of the next record. Its sequence number is `sequence` afterwards. */
  next(): string;
}

/** `<instance>-<start>-<sequence>` in base 36; `startedAt` in epoch ms. Most ids cost one concatenation: the leading digits are kept. */
export function createRecordIds(startedAt: number): RecordIds {
  const instance = BigInt(`0x${randomBytes(INSTANCE_BYTES).toString('hex')}`).toString(36);
  const prefix = `${instance}-${Math.max(0, Math.floor(startedAt)).toString(36)}-`;
  let sequence = 0;
  let leading = leadingOf(prefix, 0);
  return {
    prefix,
    get sequence() {
      return sequence;
    },
    next: () => {
      sequence++;
      const last = sequence % LAST_COUNT;
      if (last === 0) leading = leadingOf(prefix, sequence);
      return leading + LAST[last];
    },
  };
}

function leadingOf(prefix: string, sequence: number): string {
  const digits = Math.floor(sequence / LAST_COUNT).toString(36);
  return prefix + digits.padStart(SEQUENCE_DIGITS - LAST_DIGITS, '0');
}
