/** Looked for in the folder a command is started in. */
export const CONFIGURATION_FILE = 'guardian.config.ts';
