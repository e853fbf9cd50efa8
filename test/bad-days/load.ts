import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningServer } from '../fixtures/running-server.ts';
import { type Answer, send } from './send.ts';
import { WIRES, type WireBatch, wireBatch } from './wire-batches.ts';

type Address = Pick<RunningServer, 'url' | 'key' | 'project'>;

export interface LoadOptions {
  /** Where the server is now; null while there is none. */
  server(): Address | null;
  /** Clients that send one after the other; each speaks one protocol. */
  clients?: number;
  /** ms between two batches of a client. */
  everyMs?: number;
}

export interface Load {
  /** Markers of every event that was acknowledged. */
  acknowledged: Set<string>;
  /** Statuses of answers and how often they came; `none`: the connection broke. */
  answers: Map<number | 'none', number>;
  /** Answers that a client of the protocol cannot use: neither success nor "come again in so many seconds". */
  unexpected: Answer[];
  /** Nothing new is sent; what got no answer is sent again until it is acknowledged. Rejects when that takes a minute. */
  finish(): Promise<void>;
}

const PATIENCE_MS = 60_000;
const isComeAgain = (status: number) => status === 503 || status === 429;

/** Waits until so many more events were acknowledged, however slow the machine is. */
export async function acknowledgedMore({ acknowledged }: Load, count: number): Promise<void> {
  const wanted = acknowledged.size + count;
  const until = performance.now() + 60_000;
  while (acknowledged.size < wanted && performance.now() < until) await pause(5);
}

/** Clients of every protocol, each with a connection of its own, that send their batches until they are acknowledged, as shippers do. */
export function startLoad({ server, clients = 8, everyMs = 5 }: LoadOptions): Load {
  const acknowledged = new Set<string>();
  const answers = new Map<number | 'none', number>();
  const unexpected: Answer[] = [];
  let isEnding = false;
  let gaveUp: WireBatch | null = null;
  let endsAt = Number.POSITIVE_INFINITY;

  const running = Array.from({ length: clients }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let number = 0; !isEnding; number++) {
      const address = await whereItIs();
      if (address === null) break;
      await deliver(wireBatch(WIRES[client % WIRES.length]!, address, client, number), agent);
      await pause(everyMs);
    }
    agent.destroy();
  });

  return {
    acknowledged,
    answers,
    unexpected,
    async finish() {
      isEnding = true;
      endsAt = performance.now() + PATIENCE_MS;
      await Promise.all(running);
      if (gaveUp) throw new Error(`never acknowledged: ${gaveUp.markers[0]} of ${gaveUp.outgoing.path}`);
    },
  };

  async function deliver(batch: WireBatch, agent: Agent): Promise<void> {
    for (;;) {
      const address = await whereItIs();
      if (address === null) {
        gaveUp = batch;
        return;
      }
      const answer = await send(address, { ...batch.outgoing, agent }).catch(() => null);
      const told = answer?.status ?? 'none';
      answers.set(told, (answers.get(told) ?? 0) + 1);
      if (answer !== null && batch.isAcknowledged(answer)) {
        for (const marker of batch.markers) acknowledged.add(marker);
        return;
      }
      const mayComeAgain =
        answer === null || (isComeAgain(answer.status) && answer.headers['retry-after'] !== undefined);
      if (!mayComeAgain) unexpected.push(answer);
      if (answer !== null && !isComeAgain(answer.status)) return;
      await pause(50);
    }
  }

  /** Waits while there is no server; null when patience ends. */
  async function whereItIs(): Promise<Address | null> {
    for (;;) {
      const address = server();
      if (performance.now() > endsAt) return null;
      if (address) return address;
      await pause(20);
    }
  }
}
