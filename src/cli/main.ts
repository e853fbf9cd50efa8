import { processEnvironment } from '../config/process-environment.ts';
import type { PeopleLanguage } from '../core/shared/index.ts';
import { type Command, type CommandContext, INTERRUPTED, type Terminal } from './context.ts';
import { productVersion } from './product-version.ts';

/** Each command is loaded only when it is asked for: `--version` must not pay for the report. */
const COMMANDS: Record<string, () => Promise<{ run: Command }>> = {
  report: () => import('./commands/report.ts'),
  send: () => import('./commands/send.ts'),
  hook: () => import('./commands/hook.ts'),
  doctor: () => import('./commands/doctor.ts'),
  start: () => import('./commands/start.ts'),
  user: () => import('./commands/user.ts'),
  migrate: () => import('./commands/migrate.ts'),
  backup: () => import('./commands/backup.ts'),
  restore: () => import('./commands/restore.ts'),
  mcp: () => import('./commands/mcp.ts'),
  exec: () => import('./commands/exec.ts'),
  decrypt: () => import('./commands/decrypt.ts'),
  'sealing-keys': () => import('./commands/sealing-keys.ts'),
  audit: () => import('./commands/audit.ts'),
  alerts: () => import('./commands/alerts.ts'),
  fix: () => import('./commands/fix.ts'),
  jobs: () => import('./commands/jobs.ts'),
  templates: () => import('./commands/templates.ts'),
  usage: () => import('./commands/usage.ts'),
  deploy: () => import('./commands/deploy.ts'),
  rollback: () => import('./commands/rollback.ts'),
};

const HELP: ReadonlySet<string> = new Set(['--help', '-h', 'help']);

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  // What stands behind `--` is another command's.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const name = args[0];
  if (name === '--version' || name === '-V') {
    process.stdout.write(`guardian ${productVersion()}\n`);
    return 0;
  }
  const environment = processEnvironment();
  const output = terminal(process.stdout);
  const errors = terminal(process.stderr);
  const { printHelp } = await import('./help.ts');
  const { explainError } = await import('./explain-error.ts');
  const { languageOf } = await import('./parse-options.ts');
  const language = languageOf(own, environment);
  if (name === undefined || HELP.has(name)) {
    printHelp({ command: args[1] ?? null, commands: Object.keys(COMMANDS), language, output });
    return 0;
  }
  const load = COMMANDS[name];
  const isVerbose = hasFlag(own, '--verbose', '-v');
  // Libraries' warnings to developers tell a user nothing.
  if (!isVerbose) process.removeAllListeners('warning');
  const stop = new AbortController();
  const stopNow = () => stop.abort();
  process.once('SIGINT', stopNow).once('SIGTERM', stopNow);
  try {
    if (!load) throw await unknownCommand(name, language);
    if (hasFlag(own, '--help', '-h')) {
      printHelp({ command: name, commands: Object.keys(COMMANDS), language, output });
      return 0;
    }
    const { systemClock } = await import('../core/shared/index.ts');
    const context: CommandContext = {
      arguments: args.slice(1),
      folder: process.cwd(),
      environment,
      clock: systemClock,
      output,
      errors,
      signal: stop.signal,
    };
    return await (await load()).run(context);
  } catch (thrown) {
    return stop.signal.aborted ? INTERRUPTED : explainError(thrown, { language, errors, isVerbose });
  } finally {
    // An input that nobody will end must not hold the process.
    if (stop.signal.aborted) process.stdin.destroy();
    process.off('SIGINT', stopNow).off('SIGTERM', stopNow);
  }
}

function hasFlag(args: readonly string[], long: string, short: string): boolean {
  return args.includes(long) || args.includes(short);
}

async function unknownCommand(name: string, language: PeopleLanguage): Promise<Error> {
  const { GuardianError, messagesFor } = await import('../core/shared/index.ts');
  return new GuardianError('usage_invalid', { reason: messagesFor(language).cli.unknownCommand(name) });
}

function terminal(stream: NodeJS.WriteStream): Terminal {
  // A reader that went away (`| head`) is no failure of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY ? stream.columns : 0,
  };
}
