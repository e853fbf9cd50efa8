import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as settings from '../../config/index.ts';
import type { Deployment } from '../../core/deploy/index.ts';
import { type Clock, type GuardianError, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import { openExistingStore } from '../existing-store.ts';
import { checkBuild } from './check-build.ts';
import { checkDeployment, checkSecrets } from './check-deployment.ts';
import { checkMetrics, checkOwnMetrics } from './check-metrics.ts';
import type { OpenedTarget } from './open-targets.ts';

export interface DeployCheck {
  /** What was looked at, for people. */
  label: string;
  outcome: 'ok' | 'note' | 'failed';
  detail: string;
  error?: GuardianError;
}

export interface DeployChecksOptions {
  configuration: settings.Configuration;
  folder: string;
  clock: Clock;
}

/** Why an image does not build, a deployment fails, metrics are not seen: each with its cause and what to do. Nothing is changed. */
export async function* checkDeploy({ configuration, folder, clock }: DeployChecksOptions): AsyncGenerator<DeployCheck> {
  const { doctor: say } = messagesFor(configuration.language).deploying;
  if (Object.keys(configuration.deploy.targets).length === 0) {
    yield { label: say.title, outcome: 'note', detail: say.none };
  } else yield* checkTargets({ configuration, folder, clock });
  yield await checkOwnMetrics(configuration);
}

async function* checkTargets({ configuration, folder, clock }: DeployChecksOptions): AsyncGenerator<DeployCheck> {
  const messages = messagesFor(configuration.language);
  const { doctor: say } = messages.deploying;
  const { openTargets } = await import('./open-targets.ts');
  let targets: ReadonlyMap<string, OpenedTarget>;
  try {
    // A key for this look alone: no hash of it is compared with another.
    const kept = { get: async () => 'guardian doctor', set: async () => {} };
    targets = await openTargets({ configuration, folder, kept, clock });
  } catch (thrown) {
    yield { label: say.title, outcome: 'failed', detail: '', error: toGuardianError(thrown) };
    return;
  }
  const { data } = settings.placesOf(configuration, folder);
  for (const [name, opened] of targets) {
    const state = join(data, 'targets', name);
    yield await checkBuild(opened, { messages, stateFolder: state, data });
    // A process target is started by whoever asks it: one that never ran is left alone.
    const isUntouched = opened.given.kind === 'process' && !existsSync(join(state, 'state.json'));
    const newest = await newestOf(opened, { configuration, folder, clock });
    yield isUntouched
      ? { label: say.deployment(name), outcome: 'note', detail: say.nothingRuns }
      : await checkDeployment(opened, newest, messages);
    const secrets = await checkSecrets(opened, messages);
    if (secrets !== null) yield secrets;
    if (opened.given.metrics !== null) yield await checkMetrics(opened, isUntouched, say);
  }
}

async function newestOf({ target }: OpenedTarget, options: DeployChecksOptions): Promise<Deployment | null> {
  const store = await openExistingStore(options).catch(() => null);
  if (store === null) return null;
  try {
    const filter = { service: target.service, isOpen: null, phases: null, cursor: null, limit: 1 };
    return (await store.deployments.list(filter)).items[0] ?? null;
  } finally {
    await store.close();
  }
}
