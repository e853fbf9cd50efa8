import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as settings from '../../config/index.ts';
import type { Deployment } from '../../core/deploy/index.ts';
import { type Clock, GuardianError, type Messages, messagesFor, toGuardianError } from '../../core/shared/index.ts';
import { openExistingStore } from '../existing-store.ts';
import { checkBuild } from './check-build.ts';
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
    yield await checkBuild(opened, { say, stateFolder: state, data });
    // A process target is started by whoever asks it: one that never ran is left alone.
    const isUntouched = opened.given.kind === 'process' && !existsSync(join(state, 'state.json'));
    const newest = await newestOf(opened, { configuration, folder, clock });
    yield isUntouched
      ? { label: say.deployment(name), outcome: 'note', detail: say.nothingRuns }
      : await checkDeployment(opened, newest, messages);
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

type Say = Messages['deploying']['doctor'];

async function checkDeployment(
  { target, missingPermissions }: OpenedTarget,
  newest: Deployment | null,
  { deploy, deploying: { doctor: say } }: Messages,
): Promise<DeployCheck> {
  const label = say.deployment(target.name);
  const failed = (reason: string, remedy: string): DeployCheck => {
    const error = new GuardianError('target_refused', { path: target.name, reason, remedy });
    return { label, outcome: 'failed', detail: '', error };
  };
  try {
    const { traffic } = await target.describe();
    const missing = (await missingPermissions?.()) ?? [];
    if (missing.length > 0) return failed(say.missingPermissions(missing.join(', ')), say.rolesRemedy);
    const reason = newest?.reason ?? null;
    const why = reason === null ? '' : deploy.reasons[reason];
    if (newest?.phase === 'held') return failed(say.held(newest.id, why), say.heldRemedy);
    const shares = traffic.shares.map(({ revision, percent }) => `${revision} ${percent} %`).join(', ');
    const pin = traffic.followsLatest ? null : (traffic.shares[0]?.revision ?? null);
    const runs = shares === '' ? say.nothingRuns : say.runs(shares, pin);
    if (newest?.phase === 'rolled_back' && reason !== null && reason !== 'by_hand') {
      const detail = `${runs}; ${say.lastFailed(newest.buildId, why)} ${deploy.remedies[reason]}`;
      return { label, outcome: 'note', detail };
    }
    return { label, outcome: pin === null ? 'ok' : 'note', detail: runs };
  } catch (thrown) {
    const { message, about } = toGuardianError(thrown);
    const reason = about.reason ?? message;
    return failed(reason, remedyOf(reason, say));
  }
}

/** By what Google and registries say. */
function remedyOf(reason: string, say: Say): string {
  const known: [RegExp, string][] = [
    [/SERVICE_DISABLED|has not been used|is disabled/i, say.apiOffRemedy],
    [/RESOURCE_EXHAUSTED|quota|\b429\b/i, say.quotaRemedy],
    [/service ?account|actAs/i, say.accountRemedy],
    [/PERMISSION_DENIED|permission|\b40[13]\b/i, say.rolesRemedy],
    [/image|manifest|registry|digest/i, say.registryRemedy],
  ];
  return known.find(([pattern]) => pattern.test(reason))?.[1] ?? say.noAnswerRemedy;
}
