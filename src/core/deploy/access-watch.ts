import type { ServiceChecks } from './checks/check.ts';
import { decideAccess } from './checks/decide.ts';
import type { CheckRunner, DeploymentStore, DeployTarget } from './ports.ts';

/** Whom the service lets in without a login is not as the last deployment left it: something for an alert, before a user tells. */
export interface AccessChange {
  service: string;
  target: string;
  /** What changed: the policy of the platform, or what anybody is answered. */
  kind: 'policy' | 'answer';
  /** Status, or `open` and `closed`. */
  expected: string;
  found: string;
}

const TIMEOUT_MS = 10_000;

/**
 * One look, for every five minutes, whether or not anything is being deployed. Null: as it was, nothing is recorded yet, or a deployment is under way,
 * which looks itself. Throws what the target throws: it could not look.
 */
export async function lookAtAccess(
  { target, asked }: { target: DeployTarget; asked: ServiceChecks },
  { store, checks }: { store: DeploymentStore; checks: CheckRunner },
): Promise<AccessChange | null> {
  const { service, name } = target;
  const { items } = await store.list({ service, isOpen: null, phases: null, cursor: null, limit: 1 });
  const last = items[0];
  if (last === undefined || last.finishedAt === null) return null;
  const { access, anonymousStatus } = last.before;
  const state = await target.describe();
  const isOpen = state.settings.access.isAnonymousAllowed;
  const word = (isAllowed: boolean) => (isAllowed ? 'open' : 'closed');
  if (access !== null && access.isAnonymousAllowed !== isOpen) {
    return { service, target: name, kind: 'policy', expected: word(access.isAnonymousAllowed), found: word(isOpen) };
  }
  if (state.address === null || anonymousStatus === null) return null;
  const url = new URL(asked.healthPath, state.address).href;
  const reply = await checks.request({
    url,
    method: 'GET',
    headers: {},
    body: null,
    timeoutMs: TIMEOUT_MS,
    maximumBytes: 65_536,
  });
  if (decideAccess(anonymousStatus, reply).outcome !== 'failed') return null;
  return { service, target: name, kind: 'answer', expected: String(anonymousStatus), found: String(reply.status) };
}
