import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as settings from '../../config/index.ts';
import { createRedactor } from '../../core/events/ports.ts';
import type { AgentRunner, FixHistory, Forge } from '../../core/fixes/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import { isolationOf, isUsed } from './fix-settings.ts';

export interface FixAdapterOptions {
  configuration: settings.Configuration;
  folder: string;
  clock: Clock;
}

/** Null: no repository of a forge is configured, or no token for it. */
export async function openForge({ configuration, clock }: FixAdapterOptions): Promise<Forge | null> {
  const { repository, token, ...access } = configuration.fixes.github;
  if (repository === null || token === null) return null;
  const [owner = '', name = ''] = repository.split('/');
  const { createGitHubForge } = await import('../../adapters/forges/github/index.ts');
  return createGitHubForge({ ...access, token, owner, name, clock });
}

/** Null: nobody needs git. */
export async function openHistory({ configuration, folder }: FixAdapterOptions): Promise<FixHistory | null> {
  const { fixes, repository } = configuration;
  if (repository.path === null && !isUsed(configuration)) return null;
  const { repository: named, token, webUrl, remote } = fixes.github;
  const { createFixHistory } = await import('../../adapters/git/index.ts');
  const url = remote ?? (named === null ? null : `${webUrl}/${named}.git`);
  return createFixHistory({
    repository: settings.placesOf(configuration, folder).repository,
    environment: settings.processEnvironment(),
    revisions: repository.revisions,
    remote: url === null ? null : { url, token },
  });
}

/** Null: no agent is a command. */
export async function openRunner({ configuration, folder, clock }: FixAdapterOptions): Promise<AgentRunner | null> {
  const { fixes } = configuration;
  const environment = settings.processEnvironment();
  const commands = Object.entries(fixes.agents).flatMap(([name, agent]) =>
    agent.way !== 'command'
      ? []
      : [
          {
            ...{ ...agent, name, timeoutMs: agent.timeLimit, isolation: isolationOf(configuration, name) },
            environment: passedOn(agent.environment, environment),
          },
        ],
  );
  if (commands.length === 0) return null;
  const { createCommandRunner } = await import('../../adapters/agents/index.ts');
  const { data, repository } = settings.placesOf(configuration, folder);
  const redactor = createRedactor(configuration.redaction);
  return createCommandRunner({
    commands,
    repository,
    environment,
    folder: fixes.folder === null ? join(tmpdir(), 'guardian-fixes') : resolve(folder, fixes.folder),
    hidden: [data, join(folder, settings.CONFIGURATION_FILE), join(folder, '.env'), ...fixes.hidden],
    bounds: {
      keptBytes: fixes.outputKeptBytes,
      outputBytes: fixes.outputBytes,
      fileBytes: fixes.fileBytes,
      files: fixes.changedFiles,
      diffBytes: fixes.diffBytes,
    },
    author: { name: fixes.author, email: fixes.authorEmail },
    redact: (text) => redactor.text(text),
    clock,
  });
}

function passedOn(
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
