import { notExcludedInWords, type TrailVerdict } from '../../core/audit/index.ts';
import { GuardianError, type Messages, messagesFor, toInstant } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

/** Something was changed. */
const NOT_INTACT = 1;

/**
 * `guardian audit verify`: recomputes audit trails from their entries. Exit status 1 when one is not what it was, with its first bad
 * sequence; what cannot be excluded is said in any case.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, {
    ...COMMON_OPTIONS,
    trail: { type: 'string' },
    checkpoint: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  });
  const configuration = await configurationOf(values, context);
  const messages = messagesFor(configuration.language);
  if (positionals.length !== 1 || positionals[0] !== 'verify')
    throw new GuardianError('usage_invalid', { reason: messages.audit.usage, remedy: messages.cli.helpOf('audit') });
  const { verifyTrails } = await import('../../app/audit/verification.ts');
  const asked = { trail: values.trail ?? null, checkpointFiles: values.checkpoint ?? [] };
  const verdicts = await verifyTrails({ ...context, configuration }, asked);
  for (const verdict of verdicts)
    context.output.write(values.json === true ? inJson(verdict, messages) : inWords(verdict, messages));
  return verdicts.every(({ isIntact }) => isIntact) ? 0 : NOT_INTACT;
}

function inJson({ notExcluded, checkedAt, ...verdict }: TrailVerdict, messages: Messages): string {
  const told = { notExcluded: notExcludedInWords(notExcluded, messages), checkedAt: toInstant(checkedAt) };
  return `${JSON.stringify({ ...verdict, ...told })}\n`;
}

function inWords(verdict: TrailVerdict, messages: Messages): string {
  const { audit } = messages;
  const { trail, finding, firstBadSequence, entries, checkpoints, notExcluded } = verdict;
  const told =
    finding === null
      ? audit.intact(trail, entries, checkpoints)
      : audit.altered(trail, audit.findings[finding], firstBadSequence);
  return [told, ...notExcludedInWords(notExcluded, messages).map((one) => `  ${one}`), ''].join('\n');
}
