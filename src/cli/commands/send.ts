import type { FailedLookTold } from '../../core/notify/index.ts';
import { GuardianError, type Messages, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import { type CommandContext, INTERRUPTED, warnOn } from '../context.ts';
import { deliveryLines } from '../delivery-lines.ts';
import { freshnessOf } from '../freshness.ts';
import { configurationOf, LOOK_OPTIONS } from '../look-options.ts';
import { parseOptions } from '../parse-options.ts';
import { progressBar } from '../progress.ts';

/** Exit status of what kept Guardian from looking. */
const COULD_NOT_LOOK = 3;

const OPTIONS = { ...LOOK_OPTIONS, force: { type: 'boolean' }, 'dry-run': { type: 'boolean' } } as const;

/**
 * `guardian send [INPUT…]`: builds the report, then mails it to whom it is due. Exit status 0 when every delivery that was due was
 * accepted (or none was due), 69 when one failed, 75 when messages were only stored; what keeps it from looking carries its own.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, OPTIONS);
  const configuration = await configurationOf(values, context);
  const messages = messagesFor(configuration.language);
  const { send } = messages.cli;
  const tell = (line: string) => values.quiet || context.output.write(`${line}\n`);
  if (!configuration.mail.enabled) {
    tell(send.disabled);
    return 0;
  }
  if (configuration.mail.recipients.length === 0) {
    throw new GuardianError('configuration_invalid', {
      key: 'mail.recipients',
      reason: send.noRecipients,
      remedy: send.noRecipientsRemedy,
    });
  }
  const { openGuardian } = await import('../../app.ts');
  const guardian = openGuardian({ ...context, configuration, onFailure: warnOn(context) });
  const bar = progressBar(context, messages);
  const freshness = freshnessOf(values.since, messages);
  const watched = configuration.service ?? (positionals.join(' ') || (configuration.cloudLogging.project ?? ''));
  const onProgress = values.quiet ? undefined : bar.update;
  const isDryRun = values['dry-run'] ?? false;
  const report = await guardian
    .look({ inputs: positionals, freshness, signal: context.signal, onProgress })
    .catch(async (thrown: unknown) => {
      bar.done();
      const failure = toGuardianError(thrown);
      if (failure.kind.exitStatus === COULD_NOT_LOOK && !isDryRun) {
        for (const told of await guardian.recordLook(watched, failure)) tell(failedLookLine(told, messages));
      }
      throw failure;
    });
  bar.done();
  if (context.signal.aborted) return INTERRUPTED;
  if (!isDryRun) await guardian.recordLook(watched, null);
  const results = await guardian.deliver(report, {
    isForced: values.force ?? false,
    isDryRun,
  });
  for (const result of results) {
    const lines = deliveryLines(result, report.status, messages).join('\n');
    if (result.outcome === 'failed') context.errors.write(`${lines}\n`);
    else tell(lines);
  }
  return exitStatusOf(results);
}

function exitStatusOf(results: readonly { outcome: string }[]): number {
  if (results.some(({ outcome }) => outcome === 'failed')) return 69;
  return results.some(({ outcome }) => outcome === 'stored') ? 75 : 0;
}

function failedLookLine({ recipient, outcome, detail }: FailedLookTold, { cli }: Messages): string {
  if (outcome === 'sent') return cli.send.toldFailedLook(recipient, detail);
  return outcome === 'stored' ? cli.send.stored(recipient, detail) : cli.send.failed(recipient, detail);
}
