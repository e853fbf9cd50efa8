import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf, freshnessOf, LOOK_OPTIONS } from '../look-options.ts';
import { parseOptions } from '../parse-options.ts';
import { progressBar } from '../progress.ts';

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
  const tell = (line: string) => context.output.write(`${line}\n`);
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
  const guardian = openGuardian({ configuration, folder: context.folder, clock: context.clock });
  const bar = progressBar(context, messages);
  const freshness = freshnessOf(values.since, messages);
  const report = await guardian.look({
    inputs: positionals,
    freshness,
    signal: context.signal,
    onProgress: bar.update,
  });
  bar.done();
  const results = await guardian.deliver(report, {
    isForced: values.force ?? false,
    isDryRun: values['dry-run'] ?? false,
  });
  for (const result of results) tell(line(result));
  if (results.some(({ outcome }) => outcome === 'failed')) return 69;
  return results.some(({ outcome }) => outcome === 'stored') ? 75 : 0;

  function line(result: (typeof results)[number]): string {
    switch (result.outcome) {
      case 'sent':
        return send.sent(result.recipient, result.detail);
      case 'stored':
        return send.stored(result.recipient, result.detail);
      case 'failed':
        return send.failed(result.recipient, result.error.explain(messages).message);
      case 'dry run':
        return send.dryRun(result.recipient, result.detail);
      case 'not due': {
        const until = result.decision.isSent ? undefined : result.decision.until;
        if (until === undefined) return send.belowMinimum(result.recipient, report.status);
        return send.coolDown(result.recipient, new Date(until).toISOString());
      }
      default:
        return result satisfies never;
    }
  }
}
