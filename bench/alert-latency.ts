import { type Receiver, startReceiver } from '../test/fixtures/receiver.ts';
import type { Bench } from './bench.ts';
import { onBothDatabases, quantile, startWith } from './night/start-with.ts';

const RATES = [1, 10, 100];

/**
 * ms from the POST of an alert until its request reaches the receiver: each second 1, 10 and 100 alerts, then a burst of 50, on SQLite and on PostgreSQL.
 * Every alert is another subject, so that each leaves by itself. `--size N`: seconds of each rate (default 60).
 */
export const bench: Bench = async ({ size }) => {
  const seconds = Number(size ?? 60);
  return { seconds, ...(await onBothDatabases((databaseUrl) => measure(databaseUrl, seconds))) };
};

async function measure(databaseUrl: string | undefined, seconds: number) {
  const receiver = await startReceiver();
  const server = await startWith(
    {
      alertTypes: ['BENCH'],
      recipients: { bench: { webhook: `${receiver.url}/hook` } },
      routes: [{ name: 'bench', on: ['alert_fired'], to: ['bench'], over: ['webhook'] }],
      // Each alone: grouping and the bound on bursts would keep them back.
      notify: { groupFor: '0s', burstMessages: 1_000_000 },
    },
    databaseUrl,
  );
  const post = poster(server.url, server.key);
  try {
    await post('warm-up');
    await receiver.count(1);
    const rates: Record<string, unknown> = {};
    for (const rate of RATES) rates[`${rate}/s`] = await atRate(receiver, post, { rate, seconds });
    return { ...rates, burstOf50: await burst(receiver, post) };
  } finally {
    await server.stop();
    await receiver.stop();
  }
}

function poster(url: string, key: string) {
  return async (id: string): Promise<number> => {
    const began = Date.now();
    const response = await fetch(`${url}/api/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ type: 'BENCH', severity: 'warning', subject: { kind: 'bench', id }, description: id }),
    });
    await response.arrayBuffer();
    if (response.status !== 201) throw new Error(`answered with ${response.status}`);
    return began;
  };
}

async function atRate(
  receiver: Receiver,
  post: (id: string) => Promise<number>,
  { rate, seconds }: { rate: number; seconds: number },
) {
  const before = receiver.received.length;
  const total = rate * seconds;
  const sent = new Map<string, number>();
  const posts: Promise<void>[] = [];
  const began = performance.now();
  for (let index = 0; index < total; index++) {
    const due = (index * 1_000) / rate;
    const wait = due - (performance.now() - began);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const id = `${rate}-${index}`;
    posts.push(post(id).then((at) => void sent.set(id, at)));
  }
  await Promise.all(posts);
  await receiver.count(before + total);
  return latencies(receiver, before, sent);
}

async function burst(receiver: Receiver, post: (id: string) => Promise<number>) {
  const before = receiver.received.length;
  const sent = new Map<string, number>();
  const ids = Array.from({ length: 50 }, (_, index) => `burst-${index}`);
  const began = Date.now();
  await Promise.all(ids.map((id) => post(id).then((at) => void sent.set(id, at))));
  await receiver.count(before + ids.length);
  const last = Math.max(...receiver.received.slice(before).map(({ at }) => at));
  return { ...latencies(receiver, before, sent), allGoneMs: last - began };
}

function latencies(receiver: Receiver, before: number, sent: ReadonlyMap<string, number>) {
  const ms: number[] = [];
  const seen = new Set<string>();
  let doubled = 0;
  for (const { at, body } of receiver.received.slice(before)) {
    const { data } = JSON.parse(body) as { data: { notifications: { facts: { subject: string } }[] } };
    for (const { facts } of data.notifications) {
      const [id = ''] = /\S+$/.exec(facts.subject) ?? [];
      const sentAt = sent.get(id);
      if (sentAt === undefined || seen.has(id)) doubled++;
      else ms.push(at - sentAt);
      seen.add(id);
    }
  }
  return { told: seen.size, doubled, p50Ms: quantile(ms, 0.5), p99Ms: quantile(ms, 0.99), maxMs: quantile(ms, 1) };
}
