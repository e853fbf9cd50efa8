export {
  type BlindIndex,
  type BlindIndexOptions,
  createBlindIndex,
  type IndexedField,
  type Normalisation,
} from './blind-index.ts';
export { type FailedSeal, type Field, isWrappedKey, readEnvelope, type SealedEnvelope } from './envelope.ts';
export { readKeyFile } from './key-file.ts';
export type { SealingTime } from './key-ring.ts';
export { createLocalWrapper, type KeyWrapper, type WrappedKey } from './key-wrapper.ts';
export { openRecord, type RecordToOpen } from './open-record.ts';
export { KEY_BYTES, type KeySource, readKey, readKeyTexts } from './read-key.ts';
export { restoreFields } from './restore-fields.ts';
export {
  createSealer,
  type RecordToSeal,
  type Sealer,
  type SealerCounters,
  type SealerOptions,
  type SealResult,
} from './sealer.ts';
export { SealingError, type SealingProblem } from './sealing-error.ts';
