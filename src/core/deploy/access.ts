import type { ServiceChecks } from './checks/check.ts';
import { isKeptOut } from './checks/decide.ts';
import { requestOf } from './engine/run-check.ts';
import type { CheckRunner, DeployTarget, TargetState } from './ports.ts';
import type { AccessPolicy } from './settings.ts';

/** Whom a service lets in without a login. Null: not known. */
export interface SeenAccess {
  /** By its platform. */
  access: AccessPolicy | null;
  /** What anybody is answered at its address. */
  anonymousStatus: number | null;
}

export interface AccessDifference {
  /** What changed: the policy of the platform, or what anybody is answered. */
  kind: 'policy' | 'answer';
  /** Status, or `open` and `closed`. */
  expected: string;
  found: string;
}

/** As anybody would ask: no header at all. */
export async function readAccess(
  { address, settings }: TargetState,
  { healthPath }: Pick<ServiceChecks, 'healthPath'>,
  checks: CheckRunner,
): Promise<SeenAccess> {
  const reply = address === null ? null : await checks.request(requestOf(new URL(healthPath, address).href, {}));
  return { access: settings.access, anonymousStatus: reply?.status ?? null };
}

/** The same, at a service that is asked now; null: it could not be looked at. */
export async function accessNow(
  asked: Pick<ServiceChecks, 'healthPath'>,
  { target, checks }: { target: Pick<DeployTarget, 'describe'>; checks: CheckRunner },
): Promise<SeenAccess | null> {
  try {
    return await readAccess(await target.describe(), asked, checks);
  } catch {
    return null;
  }
}

/** Null: nobody is let in or kept out who was not before, as far as both are known. */
export function accessDifference(before: SeenAccess, now: SeenAccess): AccessDifference | null {
  const word = ({ isAnonymousAllowed }: AccessPolicy) => (isAnonymousAllowed ? 'open' : 'closed');
  if (before.access !== null && now.access !== null && word(before.access) !== word(now.access))
    return { kind: 'policy', expected: word(before.access), found: word(now.access) };
  const [was, is] = [before.anonymousStatus, now.anonymousStatus];
  if (was === null || is === null || isKeptOut(was) === isKeptOut(is)) return null;
  return { kind: 'answer', expected: String(was), found: String(is) };
}
