import type { Configuration } from '../../config/index.ts';
import * as settings from '../../config/index.ts';
import { ANALYSIS_METRIC_NAMES, METRICS_PATH, OWN_LOOK } from '../../contracts/metrics.ts';
import { GuardianError, type Messages, messagesFor } from '../../core/shared/index.ts';
import type { DeployCheck } from './check-deploy.ts';
import type { OpenedTarget } from './open-targets.ts';

type Say = Messages['deploying']['doctor'];

const ANSWER_MS = 5_000;

interface Page {
  status: number | null;
  body: string;
  problem: string;
}

/** Of a service: its address, the token, the names. */
export async function checkMetrics(
  { target, given }: OpenedTarget,
  isUntouched: boolean,
  say: Say,
): Promise<DeployCheck> {
  const label = say.metrics(target.name);
  const asked = given.metrics!;
  const address = isUntouched ? null : ((await target.describe().catch(() => null))?.address ?? null);
  if (address === null) return { label, outcome: 'note', detail: say.noService };
  const url = new URL(asked.path, address).href;
  const key = given.apiKeyFrom === null ? undefined : settings.processEnvironment()[given.apiKeyFrom];
  const page = await read(url, key ?? null);
  const error = faultOf(page, { url, names: asked.names, say, path: target.name });
  if (error !== null) return { label, outcome: 'failed', detail: '', error };
  return { label, outcome: 'ok', detail: say.metricsOk(asked.names.length, url) };
}

/** Guardian's own page, and whether anybody reads it. A server that does not run is no fault. */
export async function checkOwnMetrics({ server, metrics, language }: Configuration): Promise<DeployCheck> {
  const { doctor: say } = messagesFor(language).deploying;
  const label = say.metrics(say.ownMetrics);
  const host = server.host === '0.0.0.0' || server.host === '::' ? '127.0.0.1' : server.host;
  const url = `http://${host}:${server.port}${METRICS_PATH}`;
  const page = await read(url, metrics.token);
  if (page.status === null) return { label, outcome: 'note', detail: say.noServer(url) };
  const error = faultOf(page, { url, names: ANALYSIS_METRIC_NAMES, say, path: 'Guardian' });
  if (error !== null) return { label, outcome: 'failed', detail: '', error };
  const scrapes = scrapesIn(page.body);
  const names = say.metricsOk(ANALYSIS_METRIC_NAMES.length, url);
  if (scrapes === 0) return { label, outcome: 'note', detail: `${names}; ${say.neverScraped}` };
  return { label, outcome: 'ok', detail: `${names}; ${say.scraped(scrapes)}` };
}

function faultOf(
  { status, body, problem }: Page,
  { url, names, say, path }: { url: string; names: readonly string[]; say: Say; path: string },
): GuardianError | null {
  const fault = (reason: string, remedy: string) => new GuardianError('target_refused', { path, reason, remedy });
  if (status === null) return fault(say.metricsUnreachable(url, problem), say.metricsUnreachableRemedy);
  if (status === 401 || status === 403) return fault(say.metricsToken(url, status), say.metricsTokenRemedy);
  if (status !== 200) return fault(say.metricsStatus(url, status), say.metricsUnreachableRemedy);
  const missing = names.filter((name) => !body.includes(`# TYPE ${name} `));
  if (missing.length === 0) return null;
  return fault(say.metricsMissing(url, missing.join(', ')), say.metricsMissingRemedy);
}

/** Readings before this one, of which the page does not tell yet. */
function scrapesIn(body: string): number {
  const line = `guardian_http_requests_total{method="GET",route="${METRICS_PATH}",status_class="2xx"} `;
  const found = body.split('\n').find((one) => one.startsWith(line));
  return found === undefined ? 0 : Number(found.slice(line.length)) || 0;
}

async function read(url: string, token: string | null): Promise<Page> {
  try {
    const headers = { [OWN_LOOK]: 'doctor', ...(token !== null && { authorization: `Bearer ${token}` }) };
    const reply = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
    return { status: reply.status, body: await reply.text(), problem: '' };
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    return { status: null, body: '', problem: cause instanceof Error ? cause.message : String(cause) };
  }
}
