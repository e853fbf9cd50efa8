import type { Deployment, SecretState } from '../../core/deploy/index.ts';
import { GuardianError, type Messages, textFor, textOf, toGuardianError } from '../../core/shared/index.ts';
import type { DeployCheck } from './check-deploy.ts';
import type { OpenedTarget } from './open-targets.ts';

type Say = Messages['deploying']['doctor'];
type Looked = Pick<OpenedTarget, 'target' | 'missingPermissions' | 'secretStates'>;

/** As the platform sees it: reachable, allowed, its image readable; then what the last deployment came to, with the cause it was told. */
export async function checkDeployment(
  { target, missingPermissions }: Looked,
  newest: Deployment | null,
  messages: Messages,
): Promise<DeployCheck> {
  const { deploy, deploying } = messages;
  const { doctor: say } = deploying;
  const label = say.deployment(target.name);
  const failed = (reason: string, remedy: string): DeployCheck => {
    const error = new GuardianError('target_refused', { path: target.name, reason, remedy });
    return { label, outcome: 'failed', detail: '', error };
  };
  try {
    const { traffic } = await target.describe();
    const missing = (await missingPermissions?.()) ?? [];
    if (missing.length > 0) return failed(say.missingPermissions(missing.join(', ')), say.rolesRemedy);
    // What runs, planned once more: its image must still be there, and readable.
    if (target.kind === 'cloud-run') await target.plan({ artifact: null, commit: null, settings: {}, unset: [] });
    if (newest?.phase === 'held') return failed(say.held(newest.id, wordsOf(newest, deploy)), say.heldRemedy);
    const shares = traffic.shares.map(({ revision, percent }) => `${revision} ${percent} %`).join(', ');
    const pin = traffic.followsLatest ? null : (traffic.shares[0]?.revision ?? null);
    const runs = shares === '' ? say.nothingRuns : say.runs(shares, pin);
    const last = lastFailure(newest, messages);
    if (last !== null) return { label, outcome: 'note', detail: `${runs}; ${last}` };
    return { label, outcome: pin === null ? 'ok' : 'note', detail: runs };
  } catch (thrown) {
    const error = toGuardianError(thrown);
    const { message, about } = error;
    return failed(error.reasonFor(messages) ?? message, remedyOf(about.reason ?? message, say));
  }
}

function wordsOf({ reason }: Deployment, { reasons }: Messages['deploy']): string {
  return reason === null ? '' : reasons[reason];
}

/** What the last deployment came to, where it went back by itself: with what the platform told it, and what to do about that. */
function lastFailure(newest: Deployment | null, messages: Messages): string | null {
  const { deploy, deploying } = messages;
  const { doctor: say } = deploying;
  const reason = newest?.reason ?? null;
  if (newest?.phase !== 'rolled_back' || reason === null || reason === 'by_hand') return null;
  const why = wordsOf(newest, deploy);
  const told = newest.reasonFacts.problem;
  if (typeof told !== 'string') return `${say.lastFailed(newest.buildId, why)} ${deploy.remedies[reason]}`;
  return `${say.lastFailed(newest.buildId, `${why} ${textFor(told, newest.reasonSaid, messages)}.`)} ${remedyOf(told, say)}`;
}

/** Secrets that the running revision reads; null: it reads none, or its platform has none. */
export async function checkSecrets({ target, secretStates }: Looked, messages: Messages): Promise<DeployCheck | null> {
  const { doctor: say } = messages.deploying;
  if (secretStates === null) return null;
  const label = say.secrets(target.name);
  let states: SecretState[];
  try {
    states = await secretStates();
  } catch (thrown) {
    return { label, outcome: 'failed', detail: '', error: toGuardianError(thrown) };
  }
  if (states.length === 0) return null;
  const wrong = states.filter(({ outcome }) => outcome !== 'current');
  if (wrong.length === 0) return { label, outcome: 'ok', detail: say.secretsCurrent(states.length) };
  const lines = wrong.map((state) => sayingOf(state, messages)).join('; ');
  const isBroken = wrong.some(({ outcome }) => outcome === 'disabled');
  if (!isBroken) return { label, outcome: 'note', detail: `${lines}. ${say.secretsRemedy}` };
  const about = { path: target.name, reason: lines, remedy: say.secretsRemedy };
  return { label, outcome: 'failed', detail: '', error: new GuardianError('target_refused', about) };
}

function sayingOf({ name, secret, version, newest, outcome, problem }: SecretState, messages: Messages): string {
  const { doctor: say } = messages.deploying;
  switch (outcome) {
    case 'older':
      return say.secretOlder(name, secret, version, newest ?? '');
    case 'changed since':
      return say.secretChanged(name, secret, newest ?? '');
    case 'disabled':
      return say.secretDisabled(name, secret, newest ?? '');
    default:
      return say.secretUnread(name, secret, textOf(problem ?? '', messages));
  }
}

/** By what Google and registries say. */
function remedyOf(reason: string, say: Say): string {
  const known: [RegExp, string][] = [
    [/SERVICE_DISABLED|has not been used|is disabled/i, say.apiOffRemedy],
    [/RESOURCE_EXHAUSTED|quota|\b429\b/i, say.quotaRemedy],
    [/service ?account|actAs/i, say.accountRemedy],
    [/image|manifest|registry|digest|artifactregistry/i, say.registryRemedy],
    [/PERMISSION_DENIED|permission|\b40[13]\b/i, say.rolesRemedy],
  ];
  return known.find(([pattern]) => pattern.test(reason))?.[1] ?? say.noAnswerRemedy;
}
