import { shortHash } from '../../../core/shared/index.ts';

/**
 * Where one file was read to: everything before `offset` was given. Plain JSON, to be stored in the transaction that stores the events. Keyed by `identity`;
 * the newest one of an identity replaces those before.
 */
export interface FilePosition {
  /** The name it was read under; rotation changes it. */
  path: string;
  /** `device:inode`. */
  identity: string;
  /** How often the file was begun anew: truncated, or another file of the same inode. */
  epoch: number;
  /** Bytes. */
  offset: number;
  /** Before the offset. */
  lines: number;
  /** Epoch ms of the last record: what one without a time takes. */
  time: number;
  start: FileStart;
}

/** How the file begins, by which another file of the same inode, or a truncated one, is told from it. Hashed, for it may hold secrets. */
export interface FileStart {
  bytes: number;
  hash: string;
}

/** First bytes that are looked at: a line with its time, nearly always, though a banner may stand before it. */
export const START_BYTES = 256;

/** The inode is free: the next file that gets it is another one, whatever it holds. */
export function begunAnew(position: FilePosition): FilePosition {
  return { ...position, epoch: position.epoch + 1, offset: 0, lines: 0, start: startOf(Buffer.alloc(0)) };
}

export function startOf(start: Buffer): FileStart {
  return { bytes: start.length, hash: shortHash(start.toString('latin1')) };
}

/** Whether the file still begins with what it began with then. */
export function hasStart(head: Buffer, { bytes, hash }: FileStart): boolean {
  return head.length >= bytes && shortHash(head.toString('latin1', 0, bytes)) === hash;
}
