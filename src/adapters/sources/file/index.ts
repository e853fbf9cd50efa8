export { DEFAULT_FILE_LIMITS, FILE_FORMATS, type FileSourceOptions } from './options.ts';
export { rereadable } from './rereadable-input.ts';
export { createFileSource } from './source.ts';
