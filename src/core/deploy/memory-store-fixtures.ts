import { type Deployment, type DeploymentStep, isOver } from './deployment.ts';
import { busy, gaveWay, openedDeployment } from './open-deployment.ts';
import type {
  DeploymentClaims,
  DeploymentHistory,
  DeploymentMarker,
  DeploymentOutboxEntry,
  DeploymentStore,
} from './ports.ts';

export interface MemoryDeployments extends DeploymentStore, DeploymentHistory, DeploymentClaims {
  rows: Map<string, Deployment>;
  stepRows: DeploymentStep[];
  outbox: DeploymentOutboxEntry[];
}

/** What the port promises, over plain maps: every call is one transaction. */
export function createMemoryDeployments(): MemoryDeployments {
  const rows = new Map<string, Deployment>();
  const claims = new Map<string, number>();
  const stepRows: DeploymentStep[] = [];
  const outbox: DeploymentOutboxEntry[] = [];
  const copy = <T>(value: T): T => structuredClone(value);
  const newestFirst = () => [...rows.values()].reverse();
  const ofService = (service: string) => newestFirst().filter((row) => row.service === service);

  return {
    rows,
    stepRows,
    outbox,
    async open(given) {
      const before = ofService(given.service);
      const open = before.find((row) => !isOver(row));
      if (open !== undefined) {
        const over = gaveWay(open, given);
        if (over === null) throw busy(given.service, open.id);
        rows.set(open.id, over);
      }
      const highest = (key: 'buildId' | 'sequence') => Math.max(0, ...before.map((row) => row[key]));
      const id = `dep-${String(rows.size + 1).padStart(12, '0')}`;
      const row = openedDeployment(copy(given), {
        id,
        buildId: given.kind === 'rollback' ? given.knownBuildId : Math.max(highest('buildId'), given.knownBuildId) + 1,
        sequence: highest('sequence'),
        automaticFrom: before.find(({ cooldownUntil }) => cooldownUntil !== null)?.cooldownUntil ?? null,
      });
      rows.set(id, row);
      return copy(row);
    },
    async get(id) {
      return copy(rows.get(id) ?? null);
    },
    async list({ service, isOpen, phases, limit }) {
      const items = newestFirst().filter(
        (row) =>
          (service === null || row.service === service) &&
          (isOpen === null || isOpen !== isOver(row)) &&
          (phases === null || phases.includes(row.phase)),
      );
      return { items: copy(items.slice(0, limit)), nextCursor: null };
    },
    async claimDue({ now, holdMs, limit }) {
      const due = [...rows.values()]
        .filter(({ id, nextAt }) => nextAt !== null && nextAt <= now && (claims.get(id) ?? 0) <= now)
        .slice(0, limit);
      for (const { id } of due) claims.set(id, now + holdMs);
      return copy(due);
    },
    async renewClaims(held, until) {
      for (const { id, version } of held) if (rows.get(id)?.version === version) claims.set(id, until);
    },
    async releaseClaims() {
      claims.clear();
    },
    async nextDue() {
      const instants = [...rows.values()].flatMap(({ id, nextAt }) =>
        nextAt === null ? [] : [Math.max(nextAt, claims.get(id) ?? 0)],
      );
      return instants.length === 0 ? null : Math.min(...instants);
    },
    async save({ id, version, change, steps = [], outbox: entries = [], releases }) {
      const row = rows.get(id);
      if (row === undefined || row.version !== version) return null;
      const saved = { ...row, ...copy(change), version: version + 1 };
      rows.set(id, saved);
      if (releases) claims.delete(id);
      for (const step of steps) {
        const at = stepRows.findIndex((known) => known.deploymentId === id && known.number === step.number);
        if (at < 0) stepRows.push({ ...copy(step), deploymentId: id });
        else stepRows[at] = { ...copy(step), deploymentId: id };
      }
      outbox.push(...copy([...entries]));
      return copy(saved);
    },
    async steps(id) {
      return copy(stepRows.filter(({ deploymentId }) => deploymentId === id).sort((a, b) => a.number - b.number));
    },
    async lastGood(service, except) {
      const row = ofService(service).find(({ watch, revision }) => watch === 'passed' && revision !== (except ?? null));
      if (row === undefined || row.revision === null) return null;
      return {
        revision: row.revision,
        digest: row.plan.digest,
        buildId: row.buildId,
        deploymentId: row.id,
        at: row.finishedAt ?? 0,
      };
    },
    async ofRevision(service, revision) {
      return copy(ofService(service).find((row) => row.revision === revision) ?? null);
    },
    async lastBuildId(service) {
      return Math.max(0, ...ofService(service).map(({ buildId }) => buildId));
    },
    async markers({ service, from, to, limit }) {
      const marked = stepRows.filter(
        ({ kind, state, endedAt }) =>
          ['traffic', 'promote', 'rollback'].includes(kind) && state === 'done' && endedAt! >= from && endedAt! < to,
      );
      return marked
        .map((step) => ({ step, row: rows.get(step.deploymentId)! }))
        .filter(({ row }) => service === null || row.service === service)
        .sort((a, b) => b.step.endedAt! - a.step.endedAt! || b.step.number - a.step.number)
        .slice(0, limit)
        .map(
          ({ step, row }): DeploymentMarker => ({
            at: step.endedAt!,
            service: row.service,
            deploymentId: row.id,
            buildId: row.buildId,
            revision: String(step.detail.revision ?? row.revision),
            kind:
              step.kind === 'rollback' || row.kind === 'rollback'
                ? 'rolled_back'
                : step.kind === 'promote'
                  ? 'promoted'
                  : 'step',
            percent: step.kind === 'rollback' ? 0 : Number(step.detail.percent ?? 0),
          }),
        );
    },
  };
}
