import { oneLine } from '../../core/reports/index.ts';
import { GuardianError, type Messages, messagesFor } from '../../core/shared/index.ts';
import { type CommandContext, INTERRUPTED, warnOn } from '../context.ts';
import { freshnessOf } from '../freshness.ts';
import { configurationOf, LOOK_OPTIONS } from '../look-options.ts';
import { parseOptions } from '../parse-options.ts';
import { progressBar } from '../progress.ts';
import { isFormat, type ReportFormat, writeReport } from '../write-report.ts';

const OPTIONS = {
  ...LOOK_OPTIONS,
  format: { type: 'string' },
  out: { type: 'string' },
  follow: { type: 'boolean' },
} as const;

const EXIT_STATUS = { OK: 0, DEGRADED: 1, CRITICAL: 2 } as const;

/**
 * `guardian report [INPUT…]`: exit status 0 OK, 1 DEGRADED, 2 CRITICAL; errors carry their own (3 could not look). With `--all` it is the running server's
 * report over everything it watches.
 */
export async function run(context: CommandContext): Promise<number> {
  if (context.arguments.includes('--all')) return (await import('../report-all.ts')).reportAll(context);
  const { values, positionals } = parseOptions(context.arguments, OPTIONS);
  const configuration = await configurationOf(values, context);
  const messages = messagesFor(configuration.language);
  const formats = formatsOf(values, messages);
  const freshness = freshnessOf(values.since, messages);
  const { openGuardian } = await import('../../app.ts');
  const guardian = openGuardian({ ...context, configuration, onFailure: warnOn(context) });
  const bar = progressBar(context, messages);
  const report = await guardian.look({
    inputs: positionals,
    freshness,
    signal: context.signal,
    onProgress: values.quiet ? undefined : bar.update,
    follow: values.follow ? followWith({ context, messages, inputs: positionals }) : undefined,
  });
  bar.done();
  if (context.signal.aborted && !values.follow) return INTERRUPTED;
  await writeReport({
    report,
    guardian,
    formats,
    out: values.out ?? null,
    isQuiet: values.quiet ?? false,
    context,
    messages,
  });
  return EXIT_STATUS[report.status];
}

function formatsOf(
  { format, out }: { format?: string | undefined; out?: string | undefined },
  messages: Messages,
): ReportFormat[] | null {
  if (format === undefined) return null;
  const names = format.split(',').map((name) => name.trim());
  const formats = names.map((name) => {
    if (!isFormat(name)) throw new GuardianError('usage_invalid', { reason: messages.cli.badFormat(name) });
    return name;
  });
  if (formats.length > 1 && out === undefined)
    throw new GuardianError('usage_invalid', { reason: messages.cli.severalFormats });
  return formats;
}

interface Following {
  context: CommandContext;
  messages: Messages;
  inputs: string[];
}

/** Prints each issue once, when it first shows. */
function followWith({ context, messages, inputs }: Following) {
  if (inputs.length === 0 || inputs.includes('-'))
    throw new GuardianError('usage_invalid', { reason: messages.cli.followNeedsFiles });
  context.errors.write(`${messages.cli.following}\n`);
  const seen = new Set<string>();
  return {
    onIssues(issues: { fingerprint: string; title: string; endpoints: string[] }[]): void {
      for (const { fingerprint, title, endpoints } of issues) {
        if (seen.has(fingerprint)) continue;
        seen.add(fingerprint);
        context.output.write(`${messages.cli.newIssue(oneLine(title), oneLine(endpoints[0] ?? ''))}\n`);
      }
    },
  };
}
