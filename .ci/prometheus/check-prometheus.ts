import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ALERT_GROUPS } from '../../ops/prometheus/alert-rules.ts';
import { RECORDING_RULES } from '../../ops/prometheus/recording-rules.ts';
import { freePort } from '../../src/adapters/free-port.ts';
import { parseExposition } from '../../src/adapters/metrics/parse-exposition.ts';
import { METRIC_FAMILIES, METRICS_PATH } from '../../src/contracts/metrics.ts';
import { startGuardian } from '../../test/fixtures/running-server.ts';

// check-prometheus.ts PROGRAMS CONFIGURATION: a folder with `prometheus` and `promtool`, and a copy of ops/prometheus that may be written.
const [programs = '', folder = ''] = process.argv.slice(2);
const promtool = (args: string[], input?: string) =>
  process.stdout.write(execFileSync(join(programs, 'promtool'), args, { cwd: folder, input, encoding: 'utf8' }));
const token = randomBytes(24).toString('hex');

const guardian = await startGuardian({
  // Only the token opens: that the scrape succeeds shows that it was sent.
  environment: { GUARDIAN_METRICS_TOKEN: token, GUARDIAN_HOST: '127.0.0.1' },
  arguments: ['--config', writeConfiguration()],
});
let prometheus: ChildProcess | null = null;
try {
  const headers = { authorization: `Bearer ${token}` };
  const refused = await fetch(`${guardian.url}${METRICS_PATH}`, { headers: { authorization: 'Bearer another-token' } });
  assert.equal(refused.status, 401);
  assert.equal((await fetch(`${guardian.url}${METRICS_PATH}`)).status, 401);
  const exposed = await (await fetch(`${guardian.url}${METRICS_PATH}`, { headers })).text();

  promtool(['check', 'metrics'], exposed);
  writeFileSync(join(folder, 'guardian-token'), token);
  writeFileSync(
    join(folder, 'targets', 'guardian.yml'),
    `- targets: ['${new URL(guardian.url).host}']\n  labels:\n    __scheme__: http\n`,
  );
  const lines = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^promtool (.+)$/gm)].map(([, line = '']) => line);
  assert.equal(lines.length, 3, 'commands of promtool in docs/metrics.md');
  for (const line of lines) promtool(line.replaceAll('ops/prometheus/', '').split(' '));

  const port = await freePort();
  prometheus = spawn(
    join(programs, 'prometheus'),
    [
      ...['--config.file', join(folder, 'prometheus.yml'), '--storage.tsdb.path', join(folder, 'data')],
      ...['--web.listen-address', `127.0.0.1:${port}`, '--log.level', 'warn'],
    ],
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const api = `http://127.0.0.1:${port}/api/v1`;
  await until('Prometheus has read Guardian', async () => (await query(api, 'up{job="guardian"}'))[0]?.value === 1);

  const names = new Set(parseExposition(exposed).families.map(({ name }) => name));
  const told = await ask<Record<string, unknown>>(`${api}/metadata?limit=10000`);
  const missing = Object.keys(METRIC_FAMILIES).filter((name) => !(name in told));
  assert.deepEqual(missing, [], 'families that Prometheus does not know');
  const withSeries = new Set(
    parseExposition(exposed).families.flatMap(({ name, samples }) => (samples.length > 0 ? [name] : [])),
  );
  const stored = new Set(await ask<string[]>(`${api}/label/__name__/values`));
  const lost = [...withSeries].filter((name) => !stored.has(name) && !stored.has(`${name}_count`));
  assert.deepEqual(lost, [], 'families whose series Prometheus did not store');

  const { groups } = await ask<{ groups: { rules: { name: string; health: string; lastError?: string }[] }[] }>(
    `${api}/rules`,
  );
  const loaded = groups.flatMap(({ rules }) => rules);
  const declared = [
    ...RECORDING_RULES.map(({ record }) => record),
    ...ALERT_GROUPS.flatMap(({ rules }) => rules.map(({ alert }) => alert)),
  ];
  assert.deepEqual(loaded.map(({ name }) => name).sort(), declared.sort(), 'rules that are loaded');
  await until('every rule was evaluated', async () => {
    const now = await ask<{ groups: typeof groups }>(`${api}/rules`);
    return now.groups.every(({ rules }) => rules.every(({ health }) => health !== 'unknown'));
  });
  const evaluated = (await ask<{ groups: typeof groups }>(`${api}/rules`)).groups.flatMap(({ rules }) => rules);
  assert.deepEqual(
    evaluated.filter(({ health }) => health !== 'ok'),
    [],
    'rules that fail',
  );
  const alerts = await ask<{ alerts: { labels: { alertname: string } }[] }>(`${api}/alerts`);
  assert.deepEqual(alerts.alerts, [], 'alerts of a server that nothing is wrong with');
  process.stdout.write(
    `Prometheus read ${names.size} families, ${(await query(api, 'scrape_samples_scraped'))[0]?.value} series in ${(await query(api, 'scrape_duration_seconds'))[0]?.value} s; ${declared.length} rules are loaded and evaluated\n`,
  );
} finally {
  await ended(prometheus);
  await guardian.stop();
}

/** No network is let in without the token. */
function writeConfiguration(): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'guardian.config.ts');
  writeFileSync(path, 'export default { metrics: { networks: [] } };\n');
  return path;
}

async function ask<T>(url: string): Promise<T> {
  const reply = (await (await fetch(url)).json()) as { status: string; data: T; error?: string };
  assert.equal(reply.status, 'success', reply.error);
  return reply.data;
}

async function query(api: string, expression: string): Promise<{ value: number }[]> {
  const { result } = await ask<{ result: { value: [number, string] }[] }>(
    `${api}/query?query=${encodeURIComponent(expression)}`,
  );
  return result.map(({ value }) => ({ value: Number(value[1]) }));
}

/** Scrapes and evaluations come every 15 s. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    if (await holds().catch(() => false)) return;
    await sleep(500);
  }
  throw new Error(`${what}: not within 60 s`);
}

function ended(child: ChildProcess | null): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
