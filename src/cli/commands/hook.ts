import { fileURLToPath } from 'node:url';
import type { Guardian } from '../../app.ts';
import type { Configuration } from '../../config/index.ts';
import { oneLine } from '../../core/reports/index.ts';
import { GuardianError, type Messages, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { configurationOf, LOOK_OPTIONS } from '../look-options.ts';
import { parseOptions } from '../parse-options.ts';

const RANK = { OK: 0, DEGRADED: 1, CRITICAL: 2, never: 3 } as const;
const OWN_LINE = 'npx guardian hook run || exit 1';

/** `guardian hook install | uninstall | run`. `run` exits 1 only when the push must not go on. */
export async function run(context: CommandContext): Promise<number> {
  const { values, positionals } = parseOptions(context.arguments, LOOK_OPTIONS);
  const configuration = await configurationOf(values, context);
  const messages = messagesFor(configuration.language);
  const { openGuardian } = await import('../../app.ts');
  const guardian = openGuardian({ configuration, folder: context.folder, clock: context.clock });
  switch (positionals[0]) {
    case 'install': {
      const program = fileURLToPath(new URL('../../../bin/guardian.js', import.meta.url));
      return say(guardian.hook.install([process.execPath, program]), { context, messages });
    }
    case 'uninstall':
      return say(guardian.hook.uninstall(), { context, messages });
    case 'run':
      return guardPush({ guardian, configuration, context, messages });
    default:
      throw new GuardianError('usage_invalid', { reason: messages.cli.hook.usage });
  }
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

interface Guard {
  guardian: Guardian;
  configuration: Configuration;
  context: CommandContext;
  messages: Messages;
}

/** Looks within the time limit. Whatever keeps it from looking lets the push through, and is said. */
async function guardPush({ guardian, configuration, context, messages }: Guard): Promise<number> {
  const { hook } = messages.cli;
  const { timeLimitMs, inputs, blockOn, mailOnCritical } = configuration.hook;
  const tell = (line: string) => context.errors.write(`${line}\n`);
  const limit = AbortSignal.timeout(timeLimitMs);
  try {
    const looking = guardian.look({ inputs, freshness: null, signal: AbortSignal.any([limit, context.signal]) });
    const report = await Promise.race([looking, expiry(limit, hook.timeLimit(timeLimitMs / 1000))]);
    if (RANK[report.status] < RANK[blockOn]) {
      tell(hook.passes(report.status));
      return 0;
    }
    for (const line of [hook.blocked(report.status), ...report.status_reasons.map((reason) => `  ${reason}`)])
      tell(line);
    for (const issue of report.issues.slice(0, 3)) tell(`  · ${oneLine(issue.title)}`);
    tell(hook.howToGoOn);
    if (mailOnCritical && report.status === 'CRITICAL')
      await guardian.deliver(report, { isForced: false, isDryRun: false });
    return 1;
  } catch (thrown) {
    tell(hook.couldNotLook(toGuardianError(thrown).explain(messages).message));
    return 0;
  }
}

function expiry(limit: AbortSignal, reason: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    limit.addEventListener('abort', () => reject(new GuardianError('source_unavailable', { reason })), { once: true });
  });
}
