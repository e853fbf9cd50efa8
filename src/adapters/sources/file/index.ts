export {
  DEFAULT_FILE_LIMITS,
  FILE_FORMATS,
  type FileFormat,
  type FileLimits,
  type FileSourceOptions,
} from './options.ts';
export { createFileSource } from './source.ts';
