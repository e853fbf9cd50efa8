export * from './event.ts';
export * from './frame-origin.ts';
export { DEFAULT_JOINING, DEFAULT_SOURCE_JOINING } from './join/join-options.ts';
export { matchesGlob } from './origin/glob.ts';
export { isTestCode } from './origin/test-code.ts';
export {
  createEventPipeline,
  DEFAULT_SUSPECT_AHEAD_MS,
  type EventPipeline,
  type EventPipelineOptions,
  type PipelineProblems,
} from './pipeline.ts';
export { DEFAULT_EVENT_BOUNDS, type EventBounds } from './pipeline-bounds.ts';
export type * from './ports.ts';
export { createRedactor, DEFAULT_REDACTION, type Redactor, type RedactorOptions } from './redact/redactor.ts';
export { DEFAULT_STACK_BOUNDS, type StackBounds } from './stack/bounds.ts';
export type { LineRole, ParsedTrace, StackLanguage } from './stack/language.ts';
export { parseStack, renderStack, STACK_LANGUAGES } from './stack/parse-stack.ts';
