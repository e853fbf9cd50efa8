import { type ParseArgsConfig, parseArgs } from 'node:util';
import { GuardianError, type PeopleLanguage, toPeopleLanguage } from '../core/shared/index.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

export const COMMON_OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  config: { type: 'string' },
  lang: { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
} as const satisfies Options;

/** Strict parsing; what does not fit is `usage_invalid` with node's own sentence. */
export function parseOptions<T extends Options>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (cause) {
    const reason = (cause as Error).message.split('. To specify')[0]!.replace(/\.$/, '');
    throw new GuardianError('usage_invalid', { reason, cause });
  }
}

/** `--lang` as it stands on the command line, before anything else is known: errors must already speak it. */
export function languageOf(
  args: readonly string[],
  environment: { GUARDIAN_LANG?: string | undefined },
): PeopleLanguage {
  const index = args.indexOf('--lang');
  const named =
    args.find((argument) => argument.startsWith('--lang='))?.slice(7) ?? (index >= 0 ? args[index + 1] : undefined);
  return toPeopleLanguage(named ?? '') ?? toPeopleLanguage(environment.GUARDIAN_LANG ?? '') ?? 'en';
}
