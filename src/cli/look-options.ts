import type { ParseArgsConfig } from 'node:util';
import { type Configuration, loadConfiguration } from '../config/index.ts';
import { GuardianError, messagesFor, toPeopleLanguage } from '../core/shared/index.ts';
import type { CommandContext } from './context.ts';
import { COMMON_OPTIONS } from './parse-options.ts';

/** The options of every command that looks at production. */
export const LOOK_OPTIONS = {
  ...COMMON_OPTIONS,
  since: { type: 'string' },
  repo: { type: 'string' },
  revision: { type: 'string' },
  service: { type: 'string' },
  region: { type: 'string' },
  project: { type: 'string' },
  filter: { type: 'string' },
  'source-format': { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
} as const satisfies ParseArgsConfig['options'];

type LookValues = {
  [K in keyof typeof LOOK_OPTIONS]?: (typeof LOOK_OPTIONS)[K]['type'] extends 'boolean' ? boolean : string;
};

/** Configuration with the command line on top. An empty string counts as given: it is a mistake worth naming. */
export async function configurationOf(
  values: LookValues,
  { folder, environment }: CommandContext,
): Promise<Configuration> {
  const language = values.lang === undefined ? undefined : toPeopleLanguage(values.lang);
  if (language === null) {
    throw new GuardianError('usage_invalid', { reason: messagesFor('en').cli.badLanguage(values.lang ?? '') });
  }
  return loadConfiguration({
    folder,
    file: values.config ?? null,
    environment,
    overrides: {
      language,
      service: values.service,
      region: values.region,
      revision: values.revision,
      repository: { path: values.repo },
      cloudLogging: { project: values.project, filter: values.filter },
      file: { format: values['source-format'] },
    },
  });
}
