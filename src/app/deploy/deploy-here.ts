import { userInfo } from 'node:os';
import type { z } from 'zod';
import { openStore } from '../../adapters/store/sql/index.ts';
import * as settings from '../../config/index.ts';
import type {
  DeploymentDetail,
  deployReply,
  deployRequest,
  endReply,
  rollbackRequest,
} from '../../contracts/api/deployments.ts';
import { type Deployment, rollbackCommand } from '../../core/deploy/index.ts';
import { type Clock, GuardianError, type Messages, messagesFor, noWorkMetrics } from '../../core/shared/index.ts';
import { deploymentDetailView, deploymentSummaryView } from '../../server/deploy/deployment-view.ts';
import { planView, rollbackView } from '../../server/deploy/plan-view.ts';
import { openAudit } from '../audit/open-audit.ts';
import { loadDeploy } from './load-deploy.ts';

type Reply = z.infer<typeof deployReply>;

/** Deployments without a server: the same engine over the same rows, carried on for as long as this process runs. */
export interface DeployHere {
  deploy(request: z.output<typeof deployRequest>): Promise<Reply>;
  rollBack(request: z.output<typeof rollbackRequest>): Promise<Reply>;
  hold(id: string, reason?: string): Promise<DeploymentDetail>;
  carryOn(id: string): Promise<DeploymentDetail>;
  end(target?: string): Promise<z.infer<typeof endReply>>;
  get(id: string): Promise<DeploymentDetail>;
  close(): Promise<void>;
}

export interface DeployHereOptions {
  configuration: settings.Configuration;
  folder: string;
  clock: Clock;
  onFailure(what: string, error: GuardianError): void;
}

/** Throws `not_found` where no target is configured. */
export async function openDeployHere({
  configuration,
  folder,
  clock,
  onFailure,
}: DeployHereOptions): Promise<DeployHere> {
  const messages = messagesFor(configuration.language);
  if (Object.keys(configuration.deploy.targets).length === 0) {
    throw new GuardianError('not_found', {
      reason: (m) => m.deploying.cli.noTarget,
      remedy: (m) => m.deploying.cli.noTargetRemedy,
    });
  }
  const dialect = settings.storeLocationOf(configuration, folder);
  const store = await openStore({ dialect, role: 'shared', clock });
  const deploy = (await loadDeploy({
    ...{ configuration, folder, store, clock, onFailure },
    metrics: noWorkMetrics().deployments,
    // A server may be at work on these rows beside this process.
    takesOver: false,
    alerts: null,
    onChange() {},
  }))!;
  const audit = openAudit({ configuration, folder, store: store.audit, clock, onFailure });
  const actor = `cli:${userInfo().username}`;
  const views = { messages, nameOf: (name: string) => name };
  let isRunning = false;

  const note = (action: string, object: string, fields: Record<string, unknown>) =>
    audit.record({ at: clock.now(), actor, action, object, outcome: 'success', address: null, fields });

  async function begun(deployment: Deployment, action: string): Promise<Reply['deployment']> {
    const { id, target, revision, plan } = deployment;
    await note(action, id, { target, revision: revision ?? plan.commit ?? plan.artifact });
    if (!isRunning) await deploy.start();
    isRunning = true;
    return deploymentSummaryView(deployment, views);
  }

  return {
    async deploy({ target = null, revision = null, steps = null, digest = null, dryRun, ...given }) {
      const asked = { target, revision, steps, digest, ...given };
      const plan = planView(await deploy.control.plan(asked), messages);
      if (dryRun) return { deployment: null, plan };
      const deployment = await deploy.control.deploy({ ...asked, digest: plan.digest }, actor);
      return { deployment: await begun(deployment, 'deployment begun'), plan };
    },
    async rollBack({ target = null, revision = null, dryRun }) {
      const plan = rollbackView(await deploy.control.planRollback({ target, revision }), messages);
      if (dryRun) return { deployment: null, plan };
      return { deployment: await begun(await deploy.control.rollback({ target, revision }, actor), 'rollback'), plan };
    },
    async hold(id, reason) {
      await deploy.control.hold(id, { actor, note: reason ?? null });
      await note('deployment held', id, { reason: reason ?? null });
      return detailOf(store.deployments, id, messages);
    },
    async carryOn(id) {
      await begun(await deploy.control.carryOn(id), 'deployment carried on');
      return detailOf(store.deployments, id, messages);
    },
    async end(target) {
      const over = await deploy.control.end(target ?? null);
      await note('target ended', over.target, { service: over.service, ended: over.ended });
      return { ...over, ended: [...over.ended] };
    },
    get: (id) => detailOf(store.deployments, id, messages),
    async close() {
      await deploy.stop();
      await store.close();
    },
  };
}

type Rows = Awaited<ReturnType<typeof openStore>>['deployments'];

async function detailOf(rows: Rows, id: string, messages: Messages): Promise<DeploymentDetail> {
  const found = await rows.get(id);
  if (found === null) throw new GuardianError('not_found', { path: (m) => m.deploying.errors.deployment(id) });
  return deploymentDetailView(found, {
    steps: await rows.steps(id),
    newIssues: [],
    fixes: [],
    rollbackCommand: rollbackCommand(found),
    messages,
    nameOf: (name) => name,
  });
}
