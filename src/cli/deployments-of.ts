import type { z } from 'zod';
import type { Configuration } from '../config/index.ts';
import {
  type DeploymentDetail,
  deploymentDetail,
  deployReply,
  type deployRequest,
  endReply,
  type rollbackRequest,
} from '../contracts/api/deployments.ts';
import { health } from '../contracts/api/overview.ts';
import { GuardianError } from '../core/shared/index.ts';
import { askServer, type Server } from './ask-server.ts';
import type { CommandContext } from './context.ts';

type Reply = z.infer<typeof deployReply>;

/** Deployments, of the server that runs or of the store itself. */
export interface Deployments {
  deploy(request: z.input<typeof deployRequest>): Promise<Reply>;
  rollBack(request: z.input<typeof rollbackRequest>): Promise<Reply>;
  hold(id: string, reason?: string): Promise<DeploymentDetail>;
  carryOn(id: string): Promise<DeploymentDetail>;
  /** The whole service of a target; left out: the only one. */
  end(target?: string): Promise<z.infer<typeof endReply>>;
  get(id: string): Promise<DeploymentDetail>;
  /** This process carries them on: without it they stand still. */
  isHere: boolean;
  close(): Promise<void>;
}

export interface DeploymentsOptions {
  configuration: Configuration;
  context: CommandContext;
  /** `--url` and `--api-key`. */
  url: string | undefined;
  apiKey: string | undefined;
}

/** The server that is named; else the one of this configuration when it runs, else its store. */
export async function deploymentsOf({ configuration, context, url, apiKey }: DeploymentsOptions): Promise<Deployments> {
  const named = url ?? context.environment.GUARDIAN_URL;
  const server = askServer(
    { url: named ?? addressOf(configuration), 'api-key': apiKey },
    context,
    configuration.language,
  );
  if (named !== undefined || (await isThere(server))) return overServer(server);
  const { deployRequest, rollbackRequest } = await import('../contracts/api/deployments.ts');
  const { openDeployHere } = await import('../app/deploy/deploy-here.ts');
  const here = await openDeployHere({
    configuration,
    folder: context.folder,
    clock: context.clock,
    onFailure: (what, error) => context.errors.write(`${what}: ${error.message}\n`),
  });
  return {
    ...here,
    deploy: (request) => here.deploy(deployRequest.parse(request)),
    rollBack: (request) => here.rollBack(rollbackRequest.parse(request)),
    isHere: true,
  };
}

function overServer(server: Server): Deployments {
  const one = (id: string) => `/api/deployments/${encodeURIComponent(id)}`;
  return {
    deploy: (request) => server.post('/api/deployments', request, deployReply),
    rollBack: (request) => server.post('/api/deployments/roll-back', request, deployReply),
    hold: (id, reason) => server.post(`${one(id)}/hold`, reason === undefined ? {} : { reason }, deploymentDetail),
    carryOn: (id) => server.post(`${one(id)}/promote`, {}, deploymentDetail),
    end: (target) => server.post('/api/deployments/end', target === undefined ? {} : { target }, endReply),
    get: (id) => server.get(one(id), deploymentDetail),
    isHere: false,
    async close() {},
  };
}

/** Where `guardian start` of this configuration listens. */
function addressOf({ server: { host, port } }: Configuration): string {
  const isAny = host === '0.0.0.0' || host === '::';
  return `http://${isAny ? '127.0.0.1' : host}:${port}`;
}

async function isThere(server: Server): Promise<boolean> {
  try {
    await server.get('/api/health', health);
    return true;
  } catch (thrown) {
    if (thrown instanceof GuardianError && thrown.code === 'source_unavailable') return false;
    throw thrown;
  }
}
