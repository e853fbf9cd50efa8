export { DEFAULT_LIMITS, type RedactionLimits } from './limits.ts';
export { markerOf, type RedactionKind } from './marker.ts';
export {
  createRedactor,
  type OwnPath,
  type RecordParts,
  type RedactedRecord,
  type RedactionOptions,
  type Redactor,
  type SealedField,
} from './redactor.ts';
export type { RedactionAction } from './text-redactor.ts';
