export { DEFAULT_FILE_LIMITS, FILE_FORMATS, type FileSourceOptions } from './options.ts';
export { rereadable } from './rereadable-input.ts';
export { createFileSource } from './source.ts';
export type { TailBatch, TailLimits, TailOptions } from './tail-options.ts';
export type { FilePosition } from './tail-position.ts';
export { createTailSource, type TailSource } from './tail-source.ts';
