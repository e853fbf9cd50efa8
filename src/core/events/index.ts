export * from './analytics/index.ts';
export * from './event.ts';
export * from './frame-origin.ts';
export { matchesGlob } from './origin/glob.ts';
export { isTestCode } from './origin/test-code.ts';
export {
  createEventPipeline,
  type EventPipeline,
  type EventPipelineOptions,
  type PipelineProblems,
} from './pipeline.ts';
export type * from './ports.ts';
export { createRedactor, type Redactor, type RedactorOptions } from './redact/redactor.ts';
export type { LineRole, ParsedTrace, StackLanguage } from './stack/language.ts';
export { parseStack, STACK_LANGUAGES } from './stack/parse-stack.ts';
export * from './trace/index.ts';
