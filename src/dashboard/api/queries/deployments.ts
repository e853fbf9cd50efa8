import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  DeploymentDetail,
  DeploymentSummary,
  DeploymentTarget,
  deploymentListQuery,
  rollbackRequest,
} from '../../../contracts/api/deployments.ts';
import { getJson, sendJson } from '../request.ts';
import { type Items, pages } from './pages.ts';

export type DeploymentState = DeploymentSummary['state'];
type DeploymentFilters = Omit<z.input<typeof deploymentListQuery>, 'cursor' | 'limit'>;

/** While something goes on its numbers change without any row of the stream of changes. */
const RENEWED_MS = 15_000;

const pathOfDeployment = (id: string) => `/api/deployments/${encodeURIComponent(id)}`;

export const deploymentsQuery = (filters: DeploymentFilters) => ({
  ...pages<DeploymentSummary>(['deployments', 'list', filters], '/api/deployments', filters),
  refetchInterval: RENEWED_MS,
});

export const deploymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['deployments', 'one', id],
    queryFn: ({ signal }) => getJson<DeploymentDetail>(pathOfDeployment(id), signal),
    refetchInterval: RENEWED_MS,
  });

export const deployTargetsQuery = queryOptions({
  queryKey: ['deployments', 'targets'],
  queryFn: ({ signal }) => getJson<Items<DeploymentTarget>>('/api/deploy-targets', signal),
  refetchInterval: RENEWED_MS,
});

export type DeploymentAction =
  | { type: 'roll-back' | 'hold'; body: Pick<z.input<typeof rollbackRequest>, 'reason'> }
  | { type: 'promote'; body: Record<string, never> };

export function actOnDeployment(id: string, { type, body }: DeploymentAction): Promise<unknown> {
  return sendJson<unknown>(`${pathOfDeployment(id)}/${type}`, { method: 'POST', body });
}
