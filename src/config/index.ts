import type { LoadOptions } from './load.ts';
import type { Configuration } from './schema.ts';

export { checkPlatform } from './check-platform.ts';
export { checkTelling } from './check-telling.ts';
export { CONFIGURATION_FILE } from './configuration-file.ts';
export * from './derive.ts';
export { analysisLimitsOf, providersOf } from './derive-analysis.ts';
export type { Environment } from './environment.ts';
export type { LoadOptions } from './load.ts';
export { processEnvironment } from './process-environment.ts';
export type { Configuration, ConfigurationInput } from './schema.ts';

/** The schema and what checks it take 20 MB: threads, which are given the configuration, do without. */
export async function loadConfiguration(options: LoadOptions): Promise<Configuration> {
  return (await import('./load.ts')).loadConfiguration(options);
}
