import type { z } from 'zod';
import type { Marker, markersQuery } from '../../contracts/api/deployments.ts';
import type { DeploymentMarker } from '../../core/deploy/index.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';
import type { AppContext } from '../app-env.ts';

/** A chart shows no more lines than these. */
const MOST = 200;

const KINDS = { step: 'deployment', promoted: 'promotion', rolled_back: 'rollback' } as const;

/** Newest first: when the traffic of a service moved, and when a fix held or did not. */
export async function markersOf(
  { var: { services, messages } }: AppContext,
  query: z.output<typeof markersQuery>,
): Promise<Marker[]> {
  const from = Date.parse(query.from);
  const to = Date.parse(query.to);
  const service = query.service ?? null;
  const [moved, verified, recurred] = await Promise.all([
    services.store.deployments.markers({ service, from, to, limit: MOST }),
    fixMarkers('verified'),
    fixMarkers('recurred'),
  ]);
  return [...moved.map((marker) => deploymentMarker(marker, messages)), ...verified, ...recurred]
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, MOST);

  async function fixMarkers(state: 'verified' | 'recurred'): Promise<Marker[]> {
    const filter = { states: [state], projectId: null, issueId: null, service, since: from, cursor: null, limit: MOST };
    const { items } = await services.store.fixes.list(filter);
    return items
      .filter(({ stateSince }) => stateSince >= from && stateSince < to)
      .map((fix) => ({
        at: toInstant(fix.stateSince),
        kind: `fix ${state}`,
        service: fix.service,
        revision: fix.revisionWithFix,
        label: fix.shortId,
        href: `/fixes/${fix.id}`,
      }));
  }
}

function deploymentMarker(
  { at, service, deploymentId, revision, kind, percent }: DeploymentMarker,
  { deploying }: Messages,
): Marker {
  const { log } = deploying;
  const label = {
    step: log.traffic(String(percent), revision),
    promoted: log.promote(revision),
    rolled_back: log.rollback(revision),
  }[kind];
  return { at: toInstant(at), kind: KINDS[kind], service, revision, label, href: `/deployments/${deploymentId}` };
}
