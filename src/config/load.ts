import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GuardianError } from '../core/shared/index.ts';
import { CONFIGURATION_FILE } from './configuration-file.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { reasonOf } from './schema/reasons.ts';
import { type Configuration, type ConfigurationInput, configurationSchema } from './schema.ts';

export interface LoadOptions {
  /** Where `guardian.config.ts` is looked for when `file` is null. */
  folder: string;
  /** A file named on the command line: it must exist. */
  file: string | null;
  environment: Environment;
  /** What the command line says; wins over all. */
  overrides?: ConfigurationInput;
}

/**
 * Defaults ← configuration file ← environment ← command line, checked as a whole. Throws `configuration_invalid` with the key's path.
 * Recipients of the file and of the environment add up.
 */
export async function loadConfiguration(options: LoadOptions): Promise<Configuration> {
  const parts = [await readFile(options), readEnvironment(options.environment), options.overrides ?? {}];
  const given = parts.reduce<unknown>((merged, part) => merge(merged, part), {});
  // Read once: compiling the schema for it would take longer than reading it.
  const parsed = configurationSchema.safeParse(given, { jitless: true });
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const unknownKey = issue.code === 'unrecognized_keys' ? `.${issue.keys[0]}` : '';
    throw new GuardianError('configuration_invalid', {
      key: `${issue.path.join('.')}${unknownKey}`.replace(/^\./, '') || CONFIGURATION_FILE,
      reason: reasonOf(issue),
    });
  }
  checkTimeZone('timeZone', parsed.data.timeZone);
  checkTimeZone('file.timeZone', parsed.data.file.timeZone);
  for (const [key, timeZone] of namedZones(parsed.data)) checkTimeZone(key, timeZone);
  return parsed.data;
}

function namedZones({ jobs, recipients }: Configuration): [string, string][] {
  const named = { jobs, recipients };
  return Object.entries(named).flatMap(([part, entries]) =>
    Object.entries(entries).flatMap(([name, { timeZone }]): [string, string][] =>
      timeZone === null ? [] : [[`${part}.${name}.timeZone`, timeZone]],
    ),
  );
}

async function readFile({ folder, file }: LoadOptions): Promise<unknown> {
  const path = resolve(folder, file ?? CONFIGURATION_FILE);
  if (!existsSync(path)) {
    if (file === null) return {};
    throw new GuardianError('configuration_invalid', { key: path, reason: (m) => m.configuration.noFile });
  }
  try {
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    if (typeof module.default !== 'object' || module.default === null)
      throw new GuardianError('configuration_invalid', { key: path, reason: (m) => m.configuration.noDefaultExport });
    return module.default;
  } catch (cause) {
    if (cause instanceof GuardianError) throw cause;
    throw new GuardianError('configuration_invalid', { key: path, reason: (cause as Error).message, cause });
  }
}

function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  // One address may stand alone; those of the environment come besides.
  if (typeof base === 'string' && Array.isArray(over)) return merge([base], over);
  if (Array.isArray(base) && Array.isArray(over)) return [...base, ...over.filter((value) => !base.includes(value))];
  if (!isRecord(base) || !isRecord(over)) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = merge(merged[key], value);
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkTimeZone(key: string, timeZone: string): void {
  // The default; asking for it loads the tables of all zones, 15 ms.
  if (timeZone === 'UTC') return;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (cause) {
    throw new GuardianError('configuration_invalid', { key, reason: (m) => m.configuration.noZone(timeZone), cause });
  }
}
