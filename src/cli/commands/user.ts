import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf } from '../look-options.ts';
import { COMMON_OPTIONS, parseOptions } from '../parse-options.ts';

const ROLES = ['viewer', 'member', 'admin'] as const;

/** `guardian user add`: makes a user on the machine itself, the first administrator too. The password is asked for, never an argument. */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, {
    ...COMMON_OPTIONS,
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
  });
  const configuration = await configurationOf(values, context);
  const { user } = messagesFor(configuration.language).cli;
  const { email } = values;
  const role = ROLES.find((known) => known === values.role) ?? null;
  const isRoleUnknown = values.role !== undefined && role === null;
  if (positionals[0] !== 'add' || !email || isRoleUnknown)
    throw new GuardianError('usage_invalid', { reason: user.usage });
  const password = await askSecretly(user.askPassword, context);
  if (password === '') throw new GuardianError('usage_invalid', { reason: user.noPassword });
  if (password.length < 12) throw new GuardianError('usage_invalid', { reason: user.tooShort });
  const { openAdministration } = await import('../../app/administration.ts');
  const name = values.name ?? email.split('@')[0]!;
  const made = await openAdministration({ ...context, configuration }).setUser({ email, name, password, role });
  context.output.write(`${made.isNew ? user.added(email, made.role) : user.changed(email)}\n`);
  return 0;
}

/** The first line of standard input; on a terminal it is asked for, and what is typed is not shown. */
function askSecretly(question: string, { errors, signal }: CommandContext): Promise<string> {
  const isTerminal = process.stdin.isTTY === true;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: isTerminal });
  if (isTerminal) errors.write(question);
  return new Promise((resolve, reject) => {
    const stop = () => {
      reader.close();
      reject(new GuardianError('usage_invalid', { reason: question }));
    };
    signal.addEventListener('abort', stop, { once: true });
    reader.once('close', () => resolve(''));
    reader.once('line', (line) => {
      signal.removeEventListener('abort', stop);
      if (isTerminal) errors.write('\n');
      resolve(line.trimEnd());
      reader.close();
    });
  });
}
