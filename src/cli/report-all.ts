import { renderUnified } from '../core/reports/index.ts';
import { GuardianError, messagesFor } from '../core/shared/index.ts';
import { askServer } from './ask-server.ts';
import type { CommandContext } from './context.ts';
import { COMMON_OPTIONS, languageOf, parseOptions } from './parse-options.ts';
import { isFormat } from './write-report.ts';

const OPTIONS = {
  ...COMMON_OPTIONS,
  all: { type: 'boolean' },
  url: { type: 'string' },
  'api-key': { type: 'string' },
  format: { type: 'string', default: 'text' },
  quiet: { type: 'boolean', short: 'q' },
} as const;

const EXIT_STATUS = { OK: 0, DEGRADED: 1, CRITICAL: 2, 'could not look': 3 } as const;

/** `guardian report --all`: what the running server says of all services and jobs together. A server that does not answer could not look either: 3. */
export async function reportAll(context: CommandContext): Promise<number> {
  const { output } = context;
  const language = languageOf(context.arguments, context.environment);
  const messages = messagesFor(language);
  const { values, positionals } = parseOptions(context.arguments, OPTIONS);
  const { format } = values;
  if (positionals.length > 0) throw new GuardianError('usage_invalid', { reason: messages.cli.allTakesNoInput });
  if (!isFormat(format)) throw new GuardianError('usage_invalid', { reason: messages.cli.badFormat(format) });
  const server = askServer(values, context, language);
  const { unifiedReport } = await import('../contracts/api/unified.ts');
  const report = await server.get('/api/reports/unified?format=json', unifiedReport);
  const whole = () =>
    format === 'json'
      ? `${JSON.stringify(report, null, 2)}\n`
      : renderUnified(report, format, { messages, language }).replace(/\n*$/, '\n');
  if (!values.quiet) output.write(whole());
  return EXIT_STATUS[report.status];
}
