import type { MetricReader, RevisionVitals } from '../../../core/deploy/index.ts';
import { asNumber, asObject, asText, type JsonObject } from '../../sources/cloud-logging/json-values.ts';
import { say } from '../sayings.ts';
import { type GoogleApi, refused } from './google-api.ts';
import type { CloudRunAddresses, CloudRunOptions } from './options.ts';
import { durationMsOf } from './quantities.ts';
import { objectsOf } from './resources.ts';

const MINUTE_MS = 60_000;
/** What an instance does is measured every minute, and shown up to two later. */
const RECENT_MS = 5 * MINUTE_MS;
const PAGE = 1_000;
/** Of the platform's own words about a revision so many pages are read: more of them than that change no verdict. */
const PAGES = 5;
/** Single latencies come from so many places of the window. */
const PLACES = 5;

const OUT_OF_MEMORY = /Memory limit of .{1,100} exceeded|using too much memory and was terminated/i;
/** Asked to end (SIGTERM, 15), an instance may go as it likes. */
const CRASH = /Container called exit\((?!0\))|Uncaught signal: (?!15\b)\d/i;
const LIVENESS = /LIVENESS .{1,200}failed/i;

export interface ObserverOptions
  extends Pick<CloudRunOptions, 'name' | 'project' | 'region' | 'cloudRunService' | 'clock' | 'redactor'> {
  api: GoogleApi;
  addresses: CloudRunAddresses;
}

export interface Observer extends MetricReader {
  vitals(revision: { name: string; createdAt: number; memoryLimitBytes: number | null }): Promise<RevisionVitals>;
  logs(revision: string, lines: number): Promise<string[]>;
}

interface SeriesQuery {
  revision: string;
  metric: string;
  from: number;
  to: number;
  periodMs: number;
  aligner: string;
  reducer: string;
  groupBy?: string;
}

/** What Cloud Monitoring and Cloud Logging know of a revision. */
export function createObserver(options: ObserverOptions): Observer {
  const { name, project, region, cloudRunService, clock, redactor, api, addresses } = options;

  /** Names are Cloud Run's; anything else would be a piece of a filter. */
  function checked(revision: string): string {
    if (/^[a-z0-9-]{1,63}$/.test(revision)) return revision;
    throw refused(name, say.noRevision(revision.slice(0, 63)));
  }

  const place = (revision: string) =>
    [
      'resource.type="cloud_run_revision"',
      `resource.labels.service_name="${cloudRunService}"`,
      `resource.labels.location="${region}"`,
      `resource.labels.revision_name="${checked(revision)}"`,
    ].join(' AND ');

  /** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list */
  async function series(query: SeriesQuery): Promise<JsonObject[]> {
    const { revision, metric, from, to, periodMs, aligner, reducer, groupBy } = query;
    const url = new URL(`${addresses.monitoring}/v3/projects/${project}/timeSeries`);
    const parameters = {
      filter: `metric.type="run.googleapis.com/${metric}" AND ${place(revision)}`,
      'interval.startTime': new Date(from).toISOString(),
      'interval.endTime': new Date(to).toISOString(),
      'aggregation.alignmentPeriod': `${Math.ceil(periodMs / 1_000)}s`,
      'aggregation.perSeriesAligner': aligner,
      'aggregation.crossSeriesReducer': reducer,
      ...(groupBy === undefined ? {} : { 'aggregation.groupByFields': groupBy }),
    };
    for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
    return objectsOf((await api.read({ method: 'GET', url: url.href })).timeSeries);
  }

  /** https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list */
  async function entries(filter: string, given: { orderBy: string; pageSize: number; pages: number }) {
    const found: JsonObject[] = [];
    let pageToken: string | null = null;
    for (let page = 0; page < given.pages; page++) {
      const body: JsonObject = {
        resourceNames: [`projects/${project}`],
        filter,
        orderBy: given.orderBy,
        pageSize: given.pageSize,
        ...(pageToken === null ? {} : { pageToken }),
      };
      const answer: JsonObject = await api.read({ method: 'POST', url: `${addresses.logging}/v2/entries:list`, body });
      found.push(...objectsOf(answer.entries));
      pageToken = asText(answer.nextPageToken);
      if (pageToken === null) break;
    }
    return found;
  }

  const between = (from: number, to: number) =>
    `timestamp>="${new Date(from).toISOString()}" AND timestamp<"${new Date(to).toISOString()}"`;
  const logName = (log: string) => `logName="projects/${project}/logs/run.googleapis.com%2F${log}"`;

  async function vitals({ name: revision, createdAt, memoryLimitBytes }: Parameters<Observer['vitals']>[0]) {
    const to = clock.now();
    const recent = { revision, from: to - RECENT_MS, to, periodMs: MINUTE_MS };
    const [instances, memory, starts, said] = await Promise.all([
      series({ ...recent, metric: 'container/instance_count', aligner: 'ALIGN_MAX', reducer: 'REDUCE_SUM' }),
      series({
        ...recent,
        metric: 'container/memory/utilizations',
        aligner: 'ALIGN_PERCENTILE_99',
        reducer: 'REDUCE_MAX',
      }),
      series({
        ...recent,
        from: createdAt,
        metric: 'container/startup_latencies',
        aligner: 'ALIGN_PERCENTILE_50',
        reducer: 'REDUCE_MAX',
      }),
      entries(
        `${logName('varlog%2Fsystem')} AND ${place(revision)} AND ${between(createdAt, to)} AND severity>=WARNING`,
        {
          orderBy: 'timestamp desc',
          pageSize: PAGE,
          pages: PAGES,
        },
      ),
    ]);
    const lines = said.map((entry) => textOf(entry));
    const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
    const share = newest(memory);
    return {
      instances: newest(instances) ?? 0,
      restarts: count(LIVENESS),
      outOfMemory: count(OUT_OF_MEMORY),
      crashes: count(CRASH),
      memoryBytes: share === null || memoryLimitBytes === null ? null : Math.round(share * memoryLimitBytes),
      memoryLimitBytes,
      startMs: oldest(starts),
    };
  }

  async function latencies(revision: string, from: number, to: number, samples: number): Promise<number[]> {
    if (samples === 0) return [];
    const stepMs = (to - from) / PLACES;
    const pages = await Promise.all(
      Array.from({ length: PLACES }, (_, index) =>
        entries(
          `${logName('requests')} AND ${place(revision)} AND ${between(from + index * stepMs, from + (index + 1) * stepMs)}`,
          { orderBy: 'timestamp asc', pageSize: Math.ceil(samples / PLACES), pages: 1 },
        ),
      ),
    );
    return pages
      .flat()
      .map(({ httpRequest }) => durationMsOf(asText(asObject(httpRequest)?.latency)))
      .filter((ms) => ms !== null)
      .slice(0, samples);
  }

  return {
    vitals,
    async logs(revision, lines) {
      const found = await entries(`${place(revision)} AND NOT ${logName('requests')}`, {
        orderBy: 'timestamp desc',
        pageSize: Math.min(lines, PAGE),
        pages: 1,
      });
      return found.reverse().map((entry) => redactor.text(textOf(entry)));
    },
    /** Counts of Cloud Monitoring, complete but up to two minutes late; single latencies of the request log. */
    async read({ revision, from, to, samples }) {
      const periodMs = Math.max(MINUTE_MS, to - from);
      const [counted, latenciesMs] = await Promise.all([
        series({
          revision,
          from: to - periodMs,
          to,
          periodMs,
          metric: 'request_count',
          aligner: 'ALIGN_DELTA',
          reducer: 'REDUCE_SUM',
          groupBy: 'metric.labels.response_code_class',
        }),
        latencies(revision, from, to, samples),
      ]);
      const sum = (wanted: readonly JsonObject[]) =>
        wanted.flatMap(valuesOf).reduce((total, value) => total + value, 0);
      const failed = counted.filter(({ metric }) => asObject(asObject(metric)?.labels)?.response_code_class === '5xx');
      return { requests: sum(counted), errors: sum(failed), latenciesMs };
    },
  };
}

/** Newest first, as Cloud Monitoring gives them. */
function valuesOf({ points }: JsonObject): number[] {
  return objectsOf(points)
    .map(({ value }) => asNumber(asObject(value)?.doubleValue) ?? asNumber(asObject(value)?.int64Value))
    .filter((value) => value !== null);
}

function newest(found: readonly JsonObject[]): number | null {
  return found.map((one) => valuesOf(one)[0]).find((value) => value !== undefined) ?? null;
}

function oldest(found: readonly JsonObject[]): number | null {
  return found.map((one) => valuesOf(one).at(-1)).find((value) => value !== undefined) ?? null;
}

function textOf({ textPayload, jsonPayload, protoPayload }: JsonObject): string {
  const text = asText(textPayload) ?? asText(asObject(jsonPayload)?.message);
  return text ?? JSON.stringify(jsonPayload ?? protoPayload ?? '');
}
