import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../src/adapters/free-port.ts';
import { type Receiver, startReceiver } from '../test/fixtures/receiver.ts';
import type { Bench } from './bench.ts';
import { quantile, startWith } from './night/start-with.ts';

const PROGRAM = 'prometheus-alertmanager';

/**
 * The same alerts to Guardian (SQLite) and to Prometheus Alertmanager (Debian's package must be installed), side by side: ms until the first notification of
 * each leaves, how many came double, and how many were lost when the receiver was away for 20 s of it. Alertmanager with group_wait 0 s and every alert in a
 * group of its own, so that it waits for nothing on purpose. `--size N`: alerts (default 200), ten a second.
 */
export const bench: Bench = async ({ size }) => {
  const total = Number(size ?? 200);
  const guardian = await withGuardian(total);
  const alertmanager = await withAlertmanager(total);
  return { alerts: total, guardian, alertmanager };
};

interface Side {
  post(id: string): Promise<void>;
  /** Ids in one request at the receiver. */
  idsOf(body: string): string[];
}

async function withGuardian(total: number) {
  const receiver = await startReceiver();
  const server = await startWith({
    alertTypes: ['BENCH'],
    recipients: { bench: { webhook: `${receiver.url}/hook` } },
    routes: [{ name: 'bench', on: ['alert_fired'], to: ['bench'], over: ['webhook'] }],
    notify: { groupFor: '0s', burstMessages: 1_000_000 },
  });
  const side: Side = {
    async post(id) {
      const response = await fetch(`${server.url}/api/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
        body: JSON.stringify({ type: 'BENCH', subject: { kind: 'bench', id }, description: id }),
      });
      if (response.status !== 201) throw new Error(`answered with ${response.status}`);
    },
    idsOf: (body) =>
      (JSON.parse(body) as { data: { notifications: { facts: { subject: string } }[] } }).data.notifications.flatMap(
        ({ facts }) => /alert-\d+/.exec(facts.subject)?.[0] ?? [],
      ),
  };
  try {
    return await compare(side, receiver, total);
  } finally {
    await server.stop();
    await receiver.stop();
  }
}

async function withAlertmanager(total: number) {
  const receiver = await startReceiver();
  const folder = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  const port = await freePort();
  const route = { receiver: 'bench', group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '4h' };
  const receivers = [{ name: 'bench', webhook_configs: [{ url: `${receiver.url}/hook`, send_resolved: false }] }];
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify({ route, receivers }));
  const child = spawn(
    PROGRAM,
    [
      `--config.file=${join(folder, 'config.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  const side: Side = {
    async post(id) {
      const response = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ labels: { alertname: 'BENCH', id }, annotations: { description: id } }]),
      });
      if (!response.ok) throw new Error(`answered with ${response.status}`);
    },
    idsOf: (body) =>
      (JSON.parse(body) as { alerts: { labels: { id: string } }[] }).alerts.map(({ labels }) => labels.id),
  };
  try {
    await untilReady(url, child);
    return await compare(side, receiver, total);
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Half of the alerts while all is well, half while the receiver answers 503 for its first 20 s; then as long as the slower of both may need. */
async function compare(side: Side, receiver: Receiver, total: number) {
  const sent = new Map<string, number>();
  const send = async (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      const id = `alert-${index}`;
      sent.set(id, Date.now());
      await side.post(id);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const half = Math.floor(total / 2);
  await send(0, half);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  receiver.always({ kind: 'answer', status: 503 });
  const away = Date.now();
  await send(half, total);
  const rest = 20_000 - (Date.now() - away);
  if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  const refused = receiver.received.length;
  receiver.always({ kind: 'answer', status: 200 });
  const taken = () => [
    ...receiver.received.slice(0, refused).filter(({ at }) => at < away),
    ...receiver.received.slice(refused),
  ];
  const until = Date.now() + 180_000;
  const seen = () => new Set(taken().flatMap(({ body }) => side.idsOf(body)));
  while (Date.now() < until && seen().size < total) await new Promise((resolve) => setTimeout(resolve, 500));
  const all = taken().flatMap(({ at, body }) => side.idsOf(body).map((id) => ({ id, at })));
  const first = new Map<string, number>();
  for (const { id, at } of all) if (!first.has(id)) first.set(id, at);
  const ms = [...sent].slice(0, half).flatMap(([id, at]) => (first.has(id) ? [first.get(id)! - at] : []));
  return {
    firstP50Ms: quantile(ms, 0.5),
    firstP99Ms: quantile(ms, 0.99),
    doubled: all.length - first.size,
    lost: total - first.size,
    allAfterReturnSeconds: Math.round((Math.max(...first.values()) - away - 20_000) / 100) / 10,
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`${PROGRAM} ended with ${child.exitCode}`);
    const isReady = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${PROGRAM} did not become ready`);
}
