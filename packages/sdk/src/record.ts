/**
 * One log record as it is made at the call: frozen from there on, one JSON line everywhere (queue, disk, wire). The line is what
 * `POST /api/events` of a Guardian server takes (`{id, time, severity, message, template, logger, service, …, attributes}`).
 */

/** As pino numbers them. */
export const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;
export type Level = keyof typeof LEVELS;
/** `critical` is another word for `fatal`. */
export type LevelName = Level | 'critical';

/** A field of the record (`attributes.category`), never guessed from a name. */
export type Category = 'agents' | 'tools' | 'system' | 'errors' | 'audit' | 'performance';

export type Fields = Readonly<Record<string, unknown>>;

/** An entry on its way: what the delivery needs to know of it, and its bytes. */
export interface Entry {
  /**
   * `<instance>-<start>-<sequence>`, in base 36: unique without asking anybody, stored with the entry, never made anew. Sorts by sequence
   * within one start.
   */
  readonly id: string;
  /** Counts from 1 within one start: keeps the order of equal instants, shows gaps. */
  readonly sequence: number;
  /** Audit entries have their own: they block or are refused, and are never dropped. */
  readonly level: Level | 'audit';
  /** One line of JSON, without line end, redacted and sealed. */
  readonly line: string;
  /** Bytes of the line in UTF-8. */
  readonly bytes: number;
  /** Monotonic ms (`performance.now()` of this process) when it was accepted; an adopted one has the instant of its adoption. */
  readonly acceptedAt: number;
  /** How many records it stands for (folded ones count in it); 1 for most. */
  readonly count: number;
}
