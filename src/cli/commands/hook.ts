import { fileURLToPath } from 'node:url';
import type { Guardian } from '../../app.ts';
import type { Configuration } from '../../config/index.ts';
import type { Report } from '../../contracts/report.ts';
import { oneLine } from '../../core/reports/index.ts';
import { GuardianError, type Messages, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import { type CommandContext, INTERRUPTED, warnOn } from '../context.ts';
import { deliveryLines } from '../delivery-lines.ts';
import { configurationOf, LOOK_OPTIONS } from '../look-options.ts';
import { languageOf, parseOptions } from '../parse-options.ts';

const RANK = { OK: 0, DEGRADED: 1, CRITICAL: 2, never: 3 } as const;
/** ms from the time limit to the end of the process. */
const AFTER_LIMIT_MS = 200;
/** The one status that blocks the push: neither Node nor a shell nor a signal ends with it, nor anything else that Guardian does. */
const PUSH_BLOCKED = 86;
/** Right under `sh -e` too. */
const OWN_LINE = `npx guardian hook run || [ $? -ne ${PUSH_BLOCKED} ] || exit 1`;

/** `guardian hook install | uninstall | run`. `run` ends with `PUSH_BLOCKED` when the push must not go on, and with that alone. */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, LOOK_OPTIONS);
  if (positionals[0] === 'run') return guardPush(context, values);
  const configuration = await configurationOf(values, context);
  const messages = messagesFor(configuration.language);
  const guardian = await open(configuration, context);
  switch (positionals[0]) {
    case 'install': {
      const program = fileURLToPath(new URL('../../../bin/guardian.js', import.meta.url));
      const command = [process.execPath, program];
      const words = messages.cli.hook.script;
      return say(guardian.hook.install({ command, blockedStatus: PUSH_BLOCKED, words }), { context, messages });
    }
    case 'uninstall':
      return say(guardian.hook.uninstall(), { context, messages });
    default:
      throw new GuardianError('usage_invalid', { reason: messages.cli.hook.usage });
  }
}

async function open(configuration: Configuration, context: CommandContext): Promise<Guardian> {
  const { openGuardian } = await import('../../app.ts');
  return openGuardian({ ...context, configuration, onFailure: warnOn(context) });
}

type HookOutcome = ReturnType<Guardian['hook']['install']>;

function say(outcome: HookOutcome, { context, messages }: { context: CommandContext; messages: Messages }): number {
  context.output.write(`${sentenceFor(outcome, messages.cli.hook, context.folder)}\n`);
  return 0;
}

function sentenceFor(outcome: HookOutcome, hook: Messages['cli']['hook'], folder: string): string {
  switch (outcome.kind) {
    case 'installed':
      return hook.installed(outcome.path);
    case 'installed beside':
      return hook.installedBeside(outcome.path, outcome.keptPath);
    case 'already installed':
      return hook.alreadyInstalled(outcome.path);
    case 'renewed':
      return hook.renewed(outcome.path);
    case 'removed':
      return hook.removed(outcome.path);
    case 'restored':
      return hook.restored(outcome.path);
    case 'not installed':
      return hook.notInstalled;
    case 'not a repository':
      throw new GuardianError('hook_refused', { path: folder, reason: hook.notARepository });
    case 'tracked folder':
      throw new GuardianError('hook_refused', {
        reason: hook.trackedFolder(outcome.folder),
        remedy: hook.trackedFolderRemedy(OWN_LINE),
      });
    default:
      return outcome satisfies never;
  }
}

/** Looks within the time limit. Whatever keeps it from looking, a wrong configuration too, lets the push through, and is said. */
async function guardPush(context: CommandContext, values: Parameters<typeof configurationOf>[0]): Promise<number> {
  const tell = (line: string) => context.errors.write(`${line}\n`);
  let messages = messagesFor(languageOf(context.arguments, context.environment));
  try {
    const configuration = await configurationOf(values, context);
    messages = messagesFor(configuration.language);
    const { blockOn } = configuration.hook;
    const guardian = await open(configuration, context);
    const report = await lookInTime({ guardian, configuration, context, messages });
    if (RANK[report.status] < RANK[blockOn]) {
      tell(messages.cli.hook.passes(report.status));
      return 0;
    }
    for (const line of blockedLines(report, messages)) tell(line);
    await mailTheCritical(report, { guardian, configuration, messages, tell });
    return PUSH_BLOCKED;
  } catch (thrown) {
    if (context.signal.aborted) return INTERRUPTED;
    const { message, remedy } = toGuardianError(thrown).explain(messages);
    tell(messages.cli.hook.couldNotLook(message.replace(/\.$/, '')));
    tell(messages.cli.remedyLine(remedy));
    return 0;
  }
}

interface Guard {
  guardian: Guardian;
  configuration: Configuration;
  messages: Messages;
}

async function lookInTime(guard: Guard & { context: CommandContext }): Promise<Report> {
  const { guardian, configuration, context, messages } = guard;
  const { timeLimitMs, inputs } = configuration.hook;
  const { nothingToRead, nothingToReadRemedy } = messages.cli.hook;
  if (inputs.length === 0 && !configuration.cloudLogging.project)
    throw new GuardianError('usage_invalid', { reason: nothingToRead, remedy: nothingToReadRemedy });
  const limit = AbortSignal.timeout(timeLimitMs);
  const expiry = new Promise<never>((_resolve, reject) => {
    limit.addEventListener('abort', () => {
      const reason = messages.cli.hook.timeLimit(timeLimitMs / 1000);
      reject(new GuardianError('source_unavailable', { reason }));
      // What still hangs, a git process or a connection, must not hold the push.
      setTimeout(() => process.exit(0), AFTER_LIMIT_MS).unref();
    });
  });
  const signal = AbortSignal.any([limit, context.signal]);
  const report = await Promise.race([guardian.look({ inputs, freshness: null, signal }), expiry]);
  signal.throwIfAborted();
  return report;
}

function blockedLines(report: Report, { cli: { hook } }: Messages): string[] {
  return [
    hook.blocked(report.status),
    ...report.status_reasons.map((reason) => `  ${oneLine(reason)}`),
    ...report.issues.slice(0, 3).map((issue) => `  · ${oneLine(issue.title)}`),
    hook.howToGoOn,
  ];
}

/** A mail that fails is said, and changes nothing about the push. */
async function mailTheCritical(report: Report, guard: Guard & { tell(line: string): void }): Promise<void> {
  const { guardian, configuration, messages, tell } = guard;
  const { mail, hook } = configuration;
  if (!hook.mailOnCritical || !mail.enabled || report.status !== 'CRITICAL') return;
  try {
    const results = await guardian.deliver(report, { isForced: false, isDryRun: false });
    for (const result of results) for (const line of deliveryLines(result, report.status, messages)) tell(line);
  } catch (thrown) {
    const { message, remedy } = toGuardianError(thrown).explain(messages);
    tell(messages.cli.errorLine(message));
    tell(messages.cli.remedyLine(remedy));
  }
}
