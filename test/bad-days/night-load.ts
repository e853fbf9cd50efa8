import { setTimeout as pause } from 'node:timers/promises';
import type { RunningServer } from '../fixtures/running-server.ts';

type Address = Pick<RunningServer, 'url' | 'key'>;

export interface AlertLoadOptions {
  /** Where the next alert goes; null while there is nobody. */
  server(): Address | null;
  /** Alerts in all. */
  total: number;
  /** Connections that post at the same time. */
  clients?: number;
}

export interface AlertLoad {
  /** Subjects of the alerts that were answered with 201. */
  accepted: Set<string>;
  /** Answers that are neither 201 nor "come again". */
  unexpected: string[];
  /** So many may have been posted from now on. */
  allow(total: number): void;
  /** The rest too; resolves when every alert is accepted. Rejects when that takes five minutes. */
  finish(): Promise<void>;
}

const PATIENCE_MS = 300_000;

/** Posts alerts `k-0`, `k-1`, …, each until it is accepted: one that got no answer is posted again, as a program would. */
export function startAlertLoad({ server, total, clients = 4 }: AlertLoadOptions): AlertLoad {
  const accepted = new Set<string>();
  const unexpected: string[] = [];
  let next = 0;
  let allowed = 0;
  let endsAt = Number.POSITIVE_INFINITY;
  const isOver = () => performance.now() > endsAt;

  const running = Array.from({ length: clients }, async () => {
    while (next < total && !isOver()) {
      if (next < allowed) await postUntilAccepted(`k-${next++}`);
      else await pause(10);
    }
  });

  return {
    accepted,
    unexpected,
    allow(until) {
      allowed = Math.max(allowed, until);
    },
    async finish() {
      allowed = total;
      endsAt = performance.now() + PATIENCE_MS;
      await Promise.all(running);
      if (accepted.size < total) throw new Error(`${accepted.size} of ${total} alerts were accepted`);
    },
  };

  async function postUntilAccepted(id: string): Promise<void> {
    for (; !isOver(); await pause(20)) {
      const address = server();
      if (!address) continue;
      const answer = await postAlert(address, id).catch(() => null);
      if (answer?.status === 201) {
        accepted.add(id);
        return;
      }
      if (answer && answer.status !== 503 && answer.status !== 429) unexpected.push(`${answer.status} ${answer.text}`);
    }
  }
}

/** Raises the alert of this subject. */
export async function postAlert(
  { url, key }: Address,
  id: string,
  given: Record<string, unknown> = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/api/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      type: 'PROOF',
      severity: 'warning',
      subject: { kind: 'proof', id },
      description: `of ${id}`,
      ...given,
    }),
  });
  return { status: response.status, text: await response.text() };
}
