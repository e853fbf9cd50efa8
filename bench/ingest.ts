import { randomUUID } from 'node:crypto';
import { type RunningServer, startGuardian } from '../test/fixtures/running-server.ts';
import type { Bench } from './bench.ts';
import { sentryEvent, smallEvents } from './server/generated-events.ts';
import { sendLoad, watchHealth } from './server/load.ts';

const BATCH = 100;
const CONNECTIONS = 16;

/**
 * Events per second drained end to end (acknowledged, stored, folded into issues, found by search), over one pool of HTTP connections: batches of 100
 * small native events, then single Sentry events of 50 kB, on SQLite and on PostgreSQL. `--size N`: seconds of load each (default 30).
 */
export const bench: Bench = async ({ size }) => {
  const seconds = Number(size ?? 30);
  const sqlite = await measure(seconds, () => undefined);
  const { openPostgres } = await import('../test/fixtures/postgres.ts');
  const postgres = await openPostgres();
  try {
    return { seconds, sqlite, postgres: await measure(seconds, () => postgres.createDatabase()) };
  } finally {
    await postgres.stop();
  }
};

async function measure(seconds: number, database: () => Promise<string> | undefined) {
  const small = await onServer(await database(), (server) =>
    drained(server, seconds, {
      perRequest: BATCH,
      url: `${server.url}/api/events`,
      headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${server.key}` },
      body: (index) => smallEvents(index, BATCH),
    }),
  );
  const sentry = await onServer(await database(), (server) =>
    drained(server, seconds, {
      perRequest: 1,
      url: `${server.url}/api/${server.project}/envelope/?sentry_key=${server.key}&sentry_version=7`,
      headers: {},
      body: (index) => {
        const id = randomUUID().replaceAll('-', '');
        return `{"event_id":"${id}"}\n{"type":"event"}\n${sentryEvent(index)}\n`;
      },
    }),
  );
  return { small, sentry };
}

async function onServer<T>(databaseUrl: string | undefined, use: (server: RunningServer) => Promise<T>): Promise<T> {
  const server = await startGuardian(databaseUrl ? { databaseUrl } : {});
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

interface Load {
  perRequest: number;
  url: string;
  headers: Record<string, string>;
  body(index: number): string;
}

async function drained(server: RunningServer, seconds: number, { perRequest, ...load }: Load) {
  const began = performance.now();
  const { result, health } = await watchHealth(server.url, async () => {
    const sent = await sendLoad({ ...load, seconds, connections: CONNECTIONS });
    const events = sent.requests * perRequest;
    await untilDrained(server, events);
    return { ...sent, events };
  });
  const took = (performance.now() - began) / 1_000;
  return {
    eventsPerSecond: Math.round(result.events / took),
    megabytesPerSecond: Math.round((result.bytes / took / 1e6) * 10) / 10,
    refused: result.refused,
    healthP99Ms: health.p99Ms,
    healthMaxMs: health.maxMs,
    peakMb: server.memory().peakMb,
  };
}

/** Every acknowledged event is counted by search, and nothing waits to be folded. */
async function untilDrained({ url }: RunningServer, events: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const { stored, waiting } = await stateOf(url);
    if (stored > events) throw new Error(`${stored} events stored of ${events} sent`);
    if (stored === events && waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not drained: ${JSON.stringify(await stateOf(url))} of ${events}`);
}

async function stateOf(url: string): Promise<{ stored: number; waiting: number }> {
  const from = new Date(Date.now() - 24 * 3_600_000).toISOString();
  const to = new Date(Date.now() + 3_600_000).toISOString();
  const counted = (await (await fetch(`${url}/api/events/histogram?from=${from}&to=${to}&steps=2`)).json()) as {
    series: { counts: number[] }[];
  };
  const metrics = await (await fetch(`${url}/api/metrics`)).text();
  return {
    stored: counted.series.reduce((sum, { counts }) => sum + counts.reduce((a, b) => a + b, 0), 0),
    waiting: Number(/^guardian_fold_queue(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1] ?? Number.NaN),
  };
}
