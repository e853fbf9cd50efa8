import type { AuditRecorder, SignedCheckpoint } from '../core/audit/index.ts';

/** Who did what, chained: written through the recorder, read from the store. */
export interface AuditControl extends AuditRecorder {
  /** Checkpoints that were kept outside the store. Rejects with an error of the catalogue where that place cannot be read. */
  anchored(): Promise<SignedCheckpoint[]>;
}
