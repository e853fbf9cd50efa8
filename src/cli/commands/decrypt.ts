import { createInterface, type Interface } from 'node:readline/promises';
import type { DecryptedRecord } from '../../core/sealing/index.ts';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

/** Some of what was asked for could not be opened. */
const NOT_ALL = 3;

/**
 * `guardian decrypt EVENT…`: shows sealed records whole. Asks who reads and why; their answer is in the audit log, on disk, before anything
 * is opened.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, {
    ...COMMON_OPTIONS,
    who: { type: 'string' },
    why: { type: 'string' },
    json: { type: 'boolean' },
  });
  const configuration = await configurationOf(values, context);
  const { sealing, cli } = messagesFor(configuration.language);
  if (positionals.length === 0)
    throw new GuardianError('usage_invalid', { reason: sealing.usage, remedy: cli.helpOf('decrypt') });
  const asked = await askWhoAndWhy(
    { who: values.who, why: values.why, hasInput: positionals.includes('-') },
    context,
    sealing,
  );
  const { openDecryption } = await import('../../app/decryption.ts');
  const records = await openDecryption({ ...context, configuration }).decrypt({ ...asked, inputs: positionals });
  const failed = records.filter((record) => 'problem' in record);
  for (const record of records) {
    if ('problem' in record)
      context.errors.write(`${sealing.notOpened(record.name, sealing.problems[record.problem], record.reason)}\n`);
    else context.output.write(values.json === true ? `${printable(record)}\n` : readable(record));
  }
  return failed.length === 0 ? 0 : NOT_ALL;
}

interface Given {
  who: string | undefined;
  why: string | undefined;
  /** Standard input holds the records: nobody can answer there. */
  hasInput: boolean;
}

type Texts = ReturnType<typeof messagesFor>['sealing'];

async function askWhoAndWhy(
  { who, why, hasInput }: Given,
  { errors, signal }: CommandContext,
  { askWho, askWhy, needsBoth, bothRemedy }: Texts,
): Promise<{ who: string; why: string }> {
  if (who?.trim() && why?.trim()) return { who, why };
  if (process.stdin.isTTY !== true || hasInput)
    throw new GuardianError('usage_invalid', { reason: needsBoth, remedy: bothRemedy });
  const terminal = createInterface({ input: process.stdin, terminal: false });
  try {
    const answers = {
      who: who?.trim() || (await ask(askWho, terminal, errors, signal)),
      why: why?.trim() || (await ask(askWhy, terminal, errors, signal)),
    };
    if (answers.who === '' || answers.why === '')
      throw new GuardianError('usage_invalid', { reason: needsBoth, remedy: bothRemedy });
    return answers;
  } finally {
    terminal.close();
  }
}

async function ask(
  question: string,
  terminal: Interface,
  errors: CommandContext['errors'],
  signal: AbortSignal,
): Promise<string> {
  errors.write(question);
  return (await terminal.question('', { signal })).trim();
}

type Opened = Exclude<DecryptedRecord, { problem: string }>;

function readable({ name, fields, content }: Opened): string {
  const lines = fields.map(({ path, value }) => `  ${printable(path)}: ${printable(value)}`);
  return `${name}\n${lines.join('\n')}\n  ${printable(content)}\n`;
}

/** Values come from anywhere: no control character of theirs reaches the terminal. */
function printable(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
