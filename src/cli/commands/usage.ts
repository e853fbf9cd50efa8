import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

/** The name was still found: what was asked for is not done. */
const STILL_FOUND = 3;

/**
 * `guardian usage export USER` and `guardian usage erase USER`: everything that is kept of one user of the watched applications. Exit status 0; 3 when a
 * name was still found after it was erased.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, {
    ...COMMON_OPTIONS,
    format: { type: 'string' },
    out: { type: 'string' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const configuration = await configurationOf({ config: values.config, lang: values.lang }, context);
  const { usage: about, cli } = messagesFor(configuration.language);
  const words = about.cli;
  const [verb, user, ...more] = positionals;
  const { format = 'json' } = values;
  const isKnown = (verb === 'export' || verb === 'erase') && (format === 'json' || format === 'csv');
  if (!isKnown || !user || more.length > 0)
    throw new GuardianError('usage_invalid', { reason: words.usage, remedy: cli.helpOf('usage') });
  const { openUsageAdministration } = await import('../../app/usage/usage-administration.ts');
  const usage = openUsageAdministration({ ...context, configuration });
  if (verb === 'export') {
    const write = (sink: (text: string) => Promise<void> | void) => usage.exportUser(user, format, sink);
    if (values.out === undefined) await write((text) => context.output.write(text));
    else {
      const path = resolve(context.folder, values.out);
      await writeWhole(path, write);
      context.output.write(`${words.written(path)}\n`);
    }
    return 0;
  }
  if (!values.yes) throw new GuardianError('usage_invalid', { reason: words.sure(user), remedy: cli.helpOf('usage') });
  const erasure = await usage.eraseUser(user);
  if (values.json) context.output.write(`${JSON.stringify(erasure, null, 2)}\n`);
  else {
    const rows = Object.entries(erasure.rows).filter(([, count]) => count > 0);
    const lines = [
      words.erased(user),
      ...rows.map(([place, count]) => words.rows(place, count)),
      erasure.isVerified ? words.verified : words.unverified,
      words.outOfReach,
      ...erasure.outOfReach.map((sentence) => `  ${sentence}`),
    ];
    context.output.write(`${lines.join('\n')}\n`);
  }
  return erasure.isVerified ? 0 : STILL_FOUND;
}

/** Nobody finds half a file; nobody else on the machine may read it. */
async function writeWhole(
  path: string,
  write: (sink: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    const file = await open(beside, 'w', 0o600);
    try {
      await write((text) => file.appendFile(text));
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    if (cause instanceof GuardianError) throw cause;
    throw new GuardianError('output_unwritable', { path, reason: (cause as Error).message, cause });
  }
}
