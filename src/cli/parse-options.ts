import { type ParseArgsConfig, parseArgs } from 'node:util';
import { GuardianError, type PeopleLanguage, toPeopleLanguage } from '../core/shared/index.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

export const COMMON_OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  config: { type: 'string' },
  lang: { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
} as const satisfies Options;

/** Strict parsing; what does not fit is `usage_invalid` that names the option. */
export function parseOptions<T extends Options>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new GuardianError('usage_invalid', { ...faultOf(cause as NodeJS.ErrnoException), cause });
  }
}

/** node tells the three apart by its sentence only: `Option '-p, --port <value>' argument missing`. */
function faultOf({ code, message }: NodeJS.ErrnoException): GuardianError['about'] {
  const key = /'(?:-\w, )?(-[^' ]+)/.exec(message)?.[1];
  if (key === undefined) return { reason: message };
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return { key, fault: 'unknown' };
  return { key, fault: message.includes('does not take') ? 'value unwanted' : 'value missing' };
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
