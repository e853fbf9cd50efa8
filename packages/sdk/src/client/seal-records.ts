import type { PerLevel } from '../logger/record-counters.ts';
import type { MadeRecord } from '../logger/write-record.ts';
import type { Level } from '../record.ts';
import type { Sealer } from '../seal/index.ts';

export interface RecordSealing {
  /** Completes the line: within the call where the level's durability is that, else at the end of the running piece of code, after it. */
  take(made: MadeRecord): void;
  /** Everything that was taken, now; for flush, shutdown and exit. */
  sealAll(): void;
}

export interface RecordSealingOptions {
  sealer: Sealer;
  service: string;
  encrypted: PerLevel;
  sealFailed: PerLevel;
  /** Whether records of that level are on disk before their call returns. */
  isWithinCall(level: Level): boolean;
  /** Takes complete lines. */
  forward(made: MadeRecord): void;
}

/** Records whose secrets are taken out wait here for their envelope; what cannot be sealed goes out without, marked and counted. */
export function createRecordSealing(options: RecordSealingOptions): RecordSealing {
  const { sealer, service, encrypted, sealFailed, isWithinCall, forward } = options;
  let waiting: MadeRecord[] = [];

  const seal = (made: MadeRecord): void => {
    const { isSealed, sealed } = sealer.sealRecord({ id: made.id, service, fields: made.sealed ?? [] });
    const count = isSealed ? encrypted : sealFailed;
    count[made.level]++;
    const line = `${made.line},"sealed":${JSON.stringify(sealed)}}}`;
    forward({ ...made, line, bytes: Buffer.byteLength(line), sealed: null });
  };
  const sealAll = (): void => {
    const taken = waiting;
    waiting = [];
    for (const made of taken) seal(made);
  };
  return {
    take: (made) => {
      if (isWithinCall(made.level)) {
        seal(made);
        return;
      }
      if (waiting.length === 0) queueMicrotask(sealAll);
      waiting.push(made);
    },
    sealAll,
  };
}
