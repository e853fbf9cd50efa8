import { setTimeout as pause } from 'node:timers/promises';
import {
  type DeploymentDetail,
  deploymentDetail,
  deployReply,
  targetsReply,
} from '../../src/contracts/api/deployments.ts';
import { BROKEN, type Deploying, openDeploying, startVisitors, type Visitors } from '../fixtures/deploying.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

export interface DeployKillOptions {
  kills: number;
  /** Decides the moments. */
  seed?: number;
  onProgress?(text: string): void;
}

export interface DeployKillOutcome {
  kills: number;
  promoted: number;
  rolledBack: number;
  /** In which state the kill met it. */
  metIn: Record<string, number>;
  /** Ended in neither way, or with traffic on two revisions: what was seen. */
  split: string[];
  /** Bad ones that stayed. */
  wrong: string[];
  /** Good ones that were judged slower: a cold process within a second's window, on a machine that is busy with its own restarts. */
  goodWentBack: number;
  requests: number;
  failedRequests: number;
  /** ms from the start of the next server until it was over, at most. */
  slowestEndMs: number;
}

const OVER_WITHIN_MS = 90_000;
/** A deployment takes about so long here: kills fall anywhere within. */
const WITHIN_MS = 3_500;
/** Superseded revisions keep running: a new folder after so many keeps the machine free of them. */
const EACH = 10;

/** The server is killed in the middle of a deployment, good and bad ones in turn, and started again: every one must end whole, with visitors all the while. */
export async function deployKillRun({
  kills,
  seed = 1,
  onProgress = () => {},
}: DeployKillOptions): Promise<DeployKillOutcome> {
  const outcome: DeployKillOutcome = {
    kills,
    promoted: 0,
    rolledBack: 0,
    metIn: {},
    split: [],
    wrong: [],
    goodWentBack: 0,
    requests: 0,
    failedRequests: 0,
    slowestEndMs: 0,
  };
  for (let done = 0; done < kills; done += EACH) await killSome(Math.min(EACH, kills - done), done);
  return outcome;

  async function killSome(count: number, from: number): Promise<void> {
    // Bad ones follow one another here, and each is to go back by itself.
    const deploying = await openDeploying({ coolDown: '0s' });
    const visitors = startVisitors(deploying.address);
    let server: RunningServer | null = null;
    const start = async () => {
      server = await startGuardian({ folder: deploying.folder });
      return server;
    };
    try {
      const good = [deploying.service.commit('apples'), deploying.service.commit('pears')] as const;
      const bad = deploying.service.commit('worms', BROKEN);
      let running = await start();
      await ended(running, await begin(running, good[0]));
      for (let round = from; round < from + count; round++) {
        const isBad = round % 2 === 1;
        running = await killOnce({
          server: running,
          start,
          commit: isBad ? bad : good[Math.floor(round / 2) % 2]!,
          isBad,
          round,
        });
      }
    } finally {
      await (server as RunningServer | null)?.stop();
      await close(deploying, visitors);
    }
  }

  async function killOnce(given: {
    server: RunningServer;
    start(): Promise<RunningServer>;
    commit: string;
    isBad: boolean;
    round: number;
  }): Promise<RunningServer> {
    const { server, start, commit, isBad, round } = given;
    const id = await begin(server, commit);
    await pause(momentOf(seed, round));
    const { state, log } = await detail(server, id);
    const met = `${state}, ${log.at(-1)?.step ?? 'nothing yet'}`;
    outcome.metIn[met] = (outcome.metIn[met] ?? 0) + 1;
    await server.kill();
    const next = await start();
    const began = performance.now();
    const over = await ended(next, id);
    outcome.slowestEndMs = Math.max(outcome.slowestEndMs, Math.round(performance.now() - began));
    await judge(next, { over, isBad, met });
    onProgress(`${round + 1}: killed in ${met}, ${over.state}`);
    return next;
  }

  async function judge(
    server: RunningServer,
    { over, isBad, met }: { over: DeploymentDetail; isBad: boolean; met: string },
  ) {
    const { items } = targetsReply.parse(await (await fetch(`${server.url}/api/deploy-targets`)).json());
    const traffic = items[0]?.traffic ?? [];
    const seen = `${over.id} killed in ${met}: ${over.state}, ${JSON.stringify(traffic)}, ${over.reason}`;
    const isPromoted = over.state === 'watching' || over.state === 'promoted';
    const isBack = over.state === 'rolled back' || over.state === 'failed';
    if (isPromoted) outcome.promoted += 1;
    if (isBack) outcome.rolledBack += 1;
    const isWhole =
      traffic.length === 1 && traffic[0]?.percent === 100 && (traffic[0].revision === over.revision) === isPromoted;
    if ((!isPromoted && !isBack) || !isWhole) outcome.split.push(seen);
    if (isPromoted && isBad) outcome.wrong.push(seen);
    if (isBack && !isBad) outcome.goodWentBack += 1;
  }

  async function close(deploying: Deploying, visitors: Visitors): Promise<void> {
    await visitors.stop();
    outcome.requests += visitors.requests;
    outcome.failedRequests += visitors.failed;
    await deploying.close();
  }
}

/** The same for the same seed, and spread over the whole of a deployment. */
function momentOf(seed: number, round: number): number {
  const golden = 0.618_033_988_75;
  return Math.floor(WITHIN_MS * ((seed * 0.37 + round * golden) % 1));
}

async function begin(server: RunningServer, revision: string): Promise<string> {
  const reply = await fetch(`${server.url}/api/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ revision }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`deployment of ${revision}: ${reply.status} ${text}\n${server.errors()}`);
  return deployReply.parse(JSON.parse(text)).deployment!.id;
}

async function detail(server: RunningServer, id: string): Promise<DeploymentDetail> {
  return deploymentDetail.parse(await (await fetch(`${server.url}/api/deployments/${id}`)).json());
}

/** As it stands when nothing moves any more, or after the time. */
async function ended(server: RunningServer, id: string): Promise<DeploymentDetail> {
  const until = performance.now() + OVER_WITHIN_MS;
  for (;;) {
    const seen = await detail(server, id);
    const isMoving = seen.state === 'planned' || seen.state === 'running' || seen.state === 'rolling back';
    if (!isMoving || performance.now() > until) return seen;
    await pause(50);
  }
}
