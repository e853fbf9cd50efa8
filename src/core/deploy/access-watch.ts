import { type AccessDifference, accessDifference, readAccess } from './access.ts';
import type { ServiceChecks } from './checks/check.ts';
import type { CheckRunner, DeploymentStore, DeployTarget } from './ports.ts';

/** Whom the service lets in without a login is not as the last deployment left it: something for an alert, before a user tells. */
export interface AccessChange extends AccessDifference {
  service: string;
  target: string;
}

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
  const found = await readAccess(await target.describe(), asked, checks);
  const expected = {
    access: last.accessAfter?.access ?? last.before.access,
    anonymousStatus: last.accessAfter?.anonymousStatus ?? last.before.anonymousStatus,
  };
  const difference = accessDifference(expected, found);
  return difference && { service, target: name, ...difference };
}
