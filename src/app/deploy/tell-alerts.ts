import type { AlertPost, Alerts } from '../../core/alerts/index.ts';
import {
  type AccessChange,
  type Deployment,
  type DeploymentStore,
  type DeployTarget,
  rollbackCommand,
} from '../../core/deploy/index.ts';
import { GuardianError, type Messages, sayingsOf } from '../../core/shared/index.ts';

export interface DeployAlerts {
  /** Held and pinned, as the newest deployment of the service says: the same again changes nothing. */
  tell(target: DeployTarget): Promise<void>;
  /** Null: access is as it was. */
  tellAccess(target: DeployTarget, change: AccessChange | null): Promise<void>;
}

export interface DeployAlertsOptions {
  alerts: Pick<Alerts, 'postAlert'>;
  store: DeploymentStore;
  projectOf(target: string): Promise<number | null>;
  messages: Messages;
}

/** What waits for a person is an alert, from the rows alone: so a process that dies between a row and its alert loses none. */
export function createDeployAlerts({ alerts, store, projectOf, messages }: DeployAlertsOptions): DeployAlerts {
  const say = sayingsOf(messages.deploying.alerts, 'deploying.alerts');
  const { reasons, remedies } = sayingsOf(messages.deploy, 'deploy');

  async function post(target: DeployTarget, alert: Pick<AlertPost, 'type' | 'state'> & Partial<AlertPost>) {
    const { service } = target;
    const posting: AlertPost = {
      projectId: await projectOf(target.name),
      severity: 'error',
      subject: { kind: 'service', id: service, name: service, labels: { service, target: target.name } },
      value: null,
      unit: null,
      threshold: null,
      description: '',
      advice: null,
      evidence: null,
      ...alert,
    };
    await alerts.postAlert(posting).catch((error: unknown) => {
      // What never fired need not be over.
      if (alert.state === 'resolved' && error instanceof GuardianError && error.code === 'not_found') return;
      throw error;
    });
  }

  async function tellHeld(target: DeployTarget, { phase, reason, id, buildId, isIrreversible }: Deployment) {
    const isHeld = phase === 'held';
    await post(target, {
      type: 'DEPLOYMENT_HELD',
      state: isHeld ? 'firing' : 'resolved',
      description: say.held(target.service, buildId, reason === null ? '' : reasons[reason], isIrreversible),
      advice: reason === null ? null : remedies[reason],
      evidence: { deployment: id },
    });
  }

  return {
    async tell(target) {
      const { items } = await store.list({
        service: target.service,
        isOpen: null,
        phases: null,
        cursor: null,
        limit: 1,
      });
      const newest = items[0];
      if (newest === undefined) return;
      await tellHeld(target, newest);
      const pin = pinOf(newest);
      await post(target, {
        type: 'TRAFFIC_PINNED',
        severity: 'warning',
        state: pin === null ? 'resolved' : 'firing',
        description: say.pinned(target.service, pin ?? ''),
        advice: say.pinnedAdvice(rollbackCommand(newest) ?? ''),
        evidence: { deployment: newest.id, revision: pin },
      });
    },

    tellAccess: (target, change) =>
      post(target, {
        type: 'ACCESS_CHANGED',
        severity: 'critical',
        state: change === null ? 'resolved' : 'firing',
        description: change === null ? '' : say.access(target.service, change.expected, change.found),
        advice: remedies.access_changed,
      }),
  };
}

/** What all traffic is fixed to since it went back; null: nothing is. */
function pinOf({ phase, step, kind, goodRevision, revision, before, promotedAt }: Deployment): string | null {
  if (kind === 'deploy' && phase === 'rolled_back') return step >= 0 ? goodRevision : before.pin;
  if (promotedAt === null) return before.pin;
  return kind === 'rollback' ? revision : null;
}
