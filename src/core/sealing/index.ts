export {
  type DecryptedRecord,
  type DecryptOptions,
  decryptRecords,
  envelopeOf,
  localWrappers,
  type SealedRecord,
} from './decrypt-records.ts';
export { forgetKeys, type KeyRetention, type RemoveKeyOptions, removeKey } from './key-retention.ts';
export type * from './ports.ts';
export { type KeyRejection, type PostedKeys, readPostedKeys } from './read-posted-keys.ts';
