import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEFAULT_GIT_LIMITS, runGit } from '../../adapters/git/run-git.ts';
import * as settings from '../../config/index.ts';
import {
  type Deployment,
  type DeploymentStore,
  isOver,
  renderDeploymentLog,
  renderLogIndex,
} from '../../core/deploy/index.ts';
import { messagesFor } from '../../core/shared/index.ts';

export interface DeploymentLogs {
  /** Written anew where it says something else by now, with the index. Rejects with what keeps it from being written. */
  keep(deployment: Deployment): Promise<void>;
  /** What a process that ended did not get to. */
  catchUp(): Promise<void>;
}

export interface KeepLogsOptions {
  configuration: settings.Configuration;
  folder: string;
  store: DeploymentStore;
}

/** A file that has not settled yet may change: those are looked at once more at the start. */
const LOOKED_AT = 20;

/** One Markdown file of each deployment and their index; committed only where the configuration says so, and then these files alone. */
export function createDeploymentLogs({ configuration, folder, store }: KeepLogsOptions): DeploymentLogs {
  const { logFolder, isLogCommitted, logs } = configuration.deploy;
  const messages = messagesFor(configuration.language);
  let last: Promise<unknown> = Promise.resolve();
  /** One after another: two at once would write the same index. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  if (logFolder === null) return { keep: async () => {}, catchUp: async () => {} };
  const place = resolve(folder, logFolder);

  async function write(deployments: readonly Deployment[]): Promise<void> {
    const { items } = await store.list({ service: null, isOpen: null, phases: null, cursor: null, limit: logs });
    const files = [...deployments.map((one) => renderDeploymentLog(one, messages)), renderLogIndex(items, messages)];
    await mkdir(place, { recursive: true });
    const changed: string[] = [];
    for (const { file, text } of files) if (await writeChanged(join(place, file), text)) changed.push(file);
    if (isLogCommitted && changed.length > 0 && deployments.every(isOver)) await commit(place, files, deployments);
  }

  return {
    keep: (deployment) => inTurn(() => write([deployment])),
    catchUp: () =>
      inTurn(async () => {
        const { items } = await store.list({
          service: null,
          isOpen: null,
          phases: null,
          cursor: null,
          limit: LOOKED_AT,
        });
        if (items.length > 0) await write(items);
      }),
  };
}

/** False: it said so already. Nobody reads half a file. */
async function writeChanged(path: string, text: string): Promise<boolean> {
  const before = await readFile(path, 'utf8').catch(() => null);
  if (before === text) return false;
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
  return true;
}

async function commit(
  place: string,
  files: readonly { file: string }[],
  deployments: readonly Deployment[],
): Promise<void> {
  const repository = { folder: place, environment: settings.processEnvironment(), limits: DEFAULT_GIT_LIMITS };
  const names = files.map(({ file }) => file);
  const about = deployments.map(({ service, buildId, phase }) => `${service} ${buildId} ${phase}`).join(', ');
  await runGit(repository, ['add', '--', ...names]);
  const staged = await runGit(repository, ['diff', '--cached', '--name-only', '--', ...names]);
  if (staged.length === 0) return;
  await runGit(repository, [
    ...['-c', 'user.name=Guardian', '-c', 'user.email=guardian@localhost', '-c', 'commit.gpgSign=false'],
    ...[
      'commit',
      '--quiet',
      '--no-verify',
      '--message',
      `Deployment log: ${about}`.slice(0, 200),
      '--only',
      '--',
      ...names,
    ],
  ]);
}
