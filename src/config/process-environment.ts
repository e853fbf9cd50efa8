import type { Environment } from './environment.ts';

/** The process's environment: this folder is the only place that reads it. */
export function processEnvironment(): Environment {
  return process.env;
}
