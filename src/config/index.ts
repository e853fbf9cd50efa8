export * from './derive.ts';
export type { Environment } from './environment.ts';
export { CONFIGURATION_FILE, type LoadOptions, loadConfiguration } from './load.ts';
export { processEnvironment } from './process-environment.ts';
export type { Configuration, ConfigurationInput } from './schema.ts';
