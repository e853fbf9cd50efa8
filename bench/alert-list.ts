import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../src/adapters/store/sql/index.ts';
import type { AlertFilter } from '../src/core/alerts/index.ts';
import { systemClock } from '../src/core/shared/index.ts';
import { type RunningServer, startGuardian } from '../test/fixtures/running-server.ts';
import type { Bench } from './bench.ts';
import { fillAlerts, TYPES } from './night/fill-alerts.ts';
import { onBothDatabases, quantile } from './night/start-with.ts';

const ALERTS = 100_000;
const TIMES = 20;
const PAGE = 50;
const MONTH_MS = 30 * 86_400_000;

/**
 * ms of the list of alerts over HTTP, by every filter, first page and last, and of one state change, with 100,000 alerts stored; median, 95 of 100, longest.
 * On SQLite and on PostgreSQL. `--size N`: alerts.
 */
export const bench: Bench = async ({ size }) => {
  const alerts = Number(size ?? ALERTS);
  return { alerts, ...(await onBothDatabases((databaseUrl) => measure(alerts, databaseUrl))) };
};

async function measure(alerts: number, databaseUrl: string | undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-bench-'));
  writeFileSync(join(folder, 'guardian.config.ts'), `export default { alertTypes: ${JSON.stringify(TYPES)} };\n`);
  try {
    const first = await startGuardian({ folder, databaseUrl });
    await first.stop();
    const asks = await fill(alerts, { folder, databaseUrl, projectId: first.project });
    const server = await startGuardian({ folder, databaseUrl });
    try {
      return { lists: await lists(server, asks), change: await change(server) };
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Ask {
  name: string;
  query: string;
}

/** Gives what is asked: each filter with the cursor of its last page beside it. */
async function fill(
  total: number,
  { folder, databaseUrl, projectId }: { folder: string; databaseUrl: string | undefined; projectId: number },
): Promise<Ask[]> {
  const dialect = databaseUrl
    ? ({ kind: 'postgres', url: databaseUrl } as const)
    : ({ kind: 'sqlite', folder: join(folder, '.guardian') } as const);
  const store = await openStore({ dialect, role: 'main', clock: systemClock });
  try {
    const now = systemClock.now();
    await fillAlerts(store, projectId, { total, now });
    const asks: Ask[] = [];
    for (const { name, query, filter } of filters(now, projectId)) {
      asks.push({ name, query }, { name: `${name}, last page`, query: await lastPage(store, query, filter) });
    }
    return asks;
  } finally {
    await store.close();
  }
}

function filters(now: number, projectId: number): (Ask & { filter: AlertFilter })[] {
  const from = now - MONTH_MS;
  const of = (name: string, query: string, filter: AlertFilter) => ({
    name,
    query,
    filter: { isArchived: false, ...filter },
  });
  return [
    of('all', '', {}),
    of('archived', 'archived=true', { isArchived: true }),
    of('firing', 'state=firing', { states: ['firing'] }),
    of('resolved', 'state=resolved', { states: ['resolved'] }),
    of('critical', 'severity=critical', { severities: ['critical'] }),
    of('type', 'type=TOO_DRY', { types: ['TOO_DRY'] }),
    of('rule', 'rule=rule-7', { rules: ['rule-7'] }),
    of('subject', 'subject=piano-77', { subject: 'piano-77' }),
    of('project', 'project=default', { projectId }),
    of('month', `from=${new Date(from).toISOString()}`, { from }),
    of('text', 'text=wing 17', { text: 'wing 17' }),
    of('text of none', 'text=nowhere', { text: 'nowhere' }),
    of('firing and critical', 'state=firing&severity=critical', { states: ['firing'], severities: ['critical'] }),
  ];
}

async function lastPage(store: Store, query: string, filter: AlertFilter): Promise<string> {
  const { firing, acknowledged, resolved } = await store.alerts.counts(filter);
  const states = filter.states ?? ['firing', 'acknowledged', 'resolved'];
  const total = states.reduce((sum, state) => sum + { firing, acknowledged, resolved }[state], 0);
  if (total <= PAGE) return query;
  const { nextCursor } = await store.alerts.list(filter, { cursor: null, limit: total - PAGE });
  return `${query}&cursor=${encodeURIComponent(nextCursor ?? '')}`;
}

async function lists({ url }: RunningServer, asks: readonly Ask[]) {
  const found: Record<string, unknown> = {};
  for (const { name, query } of asks) {
    found[name] = await timed(TIMES, async () => {
      const response = await fetch(`${url}/api/alerts?limit=${PAGE}&${query}`);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${name}: ${response.status}`);
    });
    process.stderr.write(`${name} ${JSON.stringify(found[name])}\n`);
  }
  return found;
}

async function change({ url }: RunningServer) {
  const response = await fetch(`${url}/api/alerts?limit=${TIMES + 1}&state=firing`);
  const ids = ((await response.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
  return timed(TIMES, async (index) => {
    const answer = await fetch(`${url}/api/alerts/actions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ids: [ids[index]], action: 'acknowledge' }),
    });
    const { changed } = (await answer.json()) as { changed?: string[] };
    if (changed?.length !== 1) throw new Error(`answered with ${answer.status}`);
  });
}

/** The first is not counted: it warms up. */
async function timed(times: number, ask: (index: number) => Promise<void>) {
  const ms: number[] = [];
  for (let index = 0; index <= times; index++) {
    const began = performance.now();
    await ask(index);
    if (index > 0) ms.push(performance.now() - began);
  }
  return { p50Ms: quantile(ms, 0.5), p95Ms: quantile(ms, 0.95), maxMs: quantile(ms, 1) };
}
