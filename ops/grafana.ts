import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getLogger, metricsText, start, stop } from '../packages/sdk/src/index.ts';
import { startGuardian } from '../test/fixtures/running-server.ts';

/**
 * Writes ops/grafana/logging.json: a dashboard over what the server (`/api/metrics`) and the SDK (`metricsText()`) expose. With `--check` it writes
 * nothing, and ends with 1 when the file says anything else, or when a panel asks for a metric that neither a running server nor a running
 * client has.
 */

interface Panel {
  title: string;
  description?: string;
  unit: 'short' | 'ops' | 'reqps' | 'bytes' | 'ms' | 's' | 'none';
  queries: { expression: string; legend: string }[];
  kind?: 'timeseries' | 'stat';
}

interface Row {
  title: string;
  panels: Panel[];
}

const target = fileURLToPath(new URL('grafana/logging.json', import.meta.url));
const RATE = '[$__rate_interval]';
const SERVER = 'instance=~"$instance"';
const CLIENT = 'instance=~"$client"';

const rate = (metric: string, filter: string, by: string) => `sum by (${by}) (rate(${metric}{${filter}}${RATE}))`;
const delta = (metric: string, by: string) => `sum by (${by}) (deriv(${metric}{${SERVER}}${RATE}))`;

const ROWS: Row[] = [
  {
    title: 'Ingest',
    panels: [
      panel('Events accepted', 'ops', [[delta('guardian_events_accepted', 'instance'), '{{instance}}']]),
      panel('Requests by format and status', 'reqps', [
        [rate('guardian_ingest_requests_total', SERVER, 'format, status'), '{{format}} {{status}}'],
      ]),
      panel('Waiting to be stored', 'short', [
        [`guardian_ingest_waiting_requests{${SERVER}}`, 'requests {{instance}}'],
        [`guardian_events_spooled{${SERVER}}`, 'events in the spool {{instance}}'],
        [`guardian_fold_queue{${SERVER}}`, 'events to be folded {{instance}}'],
      ]),
      panel('Bytes that wait', 'bytes', [[`guardian_ingest_waiting_bytes{${SERVER}}`, '{{instance}}']]),
      panel('Known already', 'ops', [[delta('guardian_events_duplicate', 'instance'), '{{instance}}']]),
      {
        ...panel('Store cannot be written', 'none', [[`guardian_store_problem{${SERVER}}`, '{{instance}}']]),
        kind: 'stat',
      },
    ],
  },
  {
    title: 'Drops and refusals',
    panels: [
      panel('Refused before they were read', 'reqps', [
        [rate('guardian_ingest_refused_total', SERVER, 'format, reason'), '{{format}} {{reason}}'],
      ]),
      panel('Left out in the last 24 hours', 'short', [
        [`sum by (source, reason) (guardian_events_dropped{${SERVER}})`, '{{source}} {{reason}}'],
      ]),
      panel('Lost at clients', 'ops', [
        [rate('guardian_sdk_dropped_total', CLIENT, 'sink, level, reason'), '{{sink}} {{level}} {{reason}}'],
        [rate('guardian_sdk_dead_lettered_total', CLIENT, 'sink, level'), '{{sink}} {{level}} dead letter'],
      ]),
    ],
  },
  {
    title: 'SDK: queue and spill',
    panels: [
      panel('Records waiting', 'short', [
        [`sum by (sink) (guardian_sdk_queue_entries{${CLIENT}})`, '{{sink}} in memory'],
        [`sum by (sink) (guardian_sdk_spill_entries{${CLIENT}})`, '{{sink}} on disk'],
      ]),
      panel('Bytes waiting', 'bytes', [
        [`sum by (sink) (guardian_sdk_queue_bytes{${CLIENT}})`, '{{sink}} in memory'],
        [`sum by (sink) (guardian_sdk_spill_bytes{${CLIENT}})`, '{{sink}} on disk'],
      ]),
      panel('Oldest waiting record', 'ms', [[`max by (sink) (guardian_sdk_oldest_age_ms{${CLIENT}})`, '{{sink}}']]),
      panel('Records taken and confirmed', 'ops', [
        [rate('guardian_sdk_queued_total', CLIENT, 'sink'), '{{sink}} taken'],
        [rate('guardian_sdk_sent_total', CLIENT, 'sink'), '{{sink}} confirmed'],
        [rate('guardian_sdk_retried_total', CLIENT, 'sink'), '{{sink}} tried again'],
      ]),
      panel('Batch and concurrency', 'short', [
        [`avg by (sink) (guardian_sdk_batch_entries{${CLIENT}})`, '{{sink}} records of a batch'],
        [`avg by (sink) (guardian_sdk_concurrency{${CLIENT}})`, '{{sink}} requests at once'],
      ]),
      panel('Round trip', 'ms', [[`avg by (sink) (guardian_sdk_round_trip_ms{${CLIENT}})`, '{{sink}}']]),
    ],
  },
  {
    title: 'Analytics',
    panels: [
      panel('Events by service', 'ops', [
        [`sum by (service) (guardian_service_events_per_second{${SERVER}})`, '{{service}}'],
      ]),
      panel('Errors by service', 'ops', [
        [`sum by (service) (guardian_service_errors_per_second{${SERVER}})`, '{{service}}'],
      ]),
      panel('Issues by state', 'short', [[`max by (state) (guardian_issues{${SERVER}})`, '{{state}}']]),
      panel('Timers, p95', 'ms', [
        [`max by (operation) (guardian_sdk_operation_duration_ms{quantile="0.95",${CLIENT}})`, '{{operation}}'],
      ]),
      panel('Requests to the server, p95', 's', [
        [
          `histogram_quantile(0.95, sum by (le, route) (rate(guardian_http_request_duration_seconds_bucket{${SERVER}}${RATE})))`,
          '{{route}}',
        ],
      ]),
      panel('Memory of the server', 'bytes', [[`process_resident_memory_bytes{${SERVER}}`, '{{instance}}']]),
    ],
  },
];

function panel(title: string, unit: Panel['unit'], queries: [string, string][]): Panel {
  return { title, unit, queries: queries.map(([expression, legend]) => ({ expression, legend })) };
}

const WIDTH = 24;
const PANEL = { width: 8, height: 8 };

function dashboard() {
  let id = 0;
  let y = 0;
  const panels = ROWS.flatMap(({ title, panels: own }) => {
    const row = {
      id: ++id,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y: y++, w: WIDTH, h: 1 },
      panels: [],
    };
    const shown = own.map((one, index) => {
      const x = (index * PANEL.width) % WIDTH;
      const line = Math.floor((index * PANEL.width) / WIDTH);
      return panelOf(one, ++id, { x, y: y + line * PANEL.height, w: PANEL.width, h: PANEL.height });
    });
    y += Math.ceil((own.length * PANEL.width) / WIDTH) * PANEL.height;
    return [row, ...shown];
  });
  return {
    uid: 'guardian-logging',
    title: 'Guardian: logging',
    tags: ['guardian'],
    schemaVersion: 39,
    editable: true,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
        variable('instance', 'Server', 'guardian_events_accepted'),
        variable('client', 'Client', 'guardian_sdk_running'),
      ],
    },
    panels,
  };
}

const SOURCE = { type: 'prometheus', uid: `\${datasource}` };

function variable(name: string, label: string, metric: string) {
  const query = `label_values(${metric}, instance)`;
  return {
    ...{ name, label, type: 'query', datasource: SOURCE, query: { query, refId: name }, definition: query },
    ...{ includeAll: true, multi: true, allValue: '.*', current: { text: 'All', value: '$__all' }, refresh: 2 },
  };
}

function panelOf({ title, unit, queries, kind = 'timeseries' }: Panel, id: number, gridPos: object) {
  return {
    ...{ id, type: kind, title, datasource: SOURCE, gridPos },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expression, legend }, index) => ({
      ...{ refId: String.fromCharCode(65 + index), datasource: SOURCE, expr: expression, legendFormat: legend },
    })),
  };
}

/** Names in the expressions and variables: those that begin as ours do, or the process's. */
function metricsAsked(): string[] {
  const texts = ROWS.flatMap(({ panels }) =>
    panels.flatMap(({ queries }) => queries.map(({ expression }) => expression)),
  );
  const names = [...texts, 'guardian_events_accepted', 'guardian_sdk_running'].flatMap(
    (text) => text.match(/\b(?:guardian|process|nodejs)_[a-z0-9_]+/g) ?? [],
  );
  return [...new Set(names)].sort();
}

/** What a running server and a client that sends to it expose: every series by its name. */
async function metricsThere(): Promise<Set<string>> {
  const server = await startGuardian();
  const spill = mkdtempSync(join(tmpdir(), 'guardian-grafana-'));
  try {
    await start({ url: server.url, key: server.key, service: 'grafana', folder: spill });
    const logger = getLogger('grafana');
    logger.info('one record');
    logger.time('one operation').end();
    const client = metricsText();
    await stop();
    const exposed = await (await fetch(`${server.url}/api/metrics`)).text();
    return new Set([...seriesOf(client), ...seriesOf(exposed)]);
  } finally {
    await server.stop();
    rmSync(spill, { recursive: true, force: true });
  }
}

function seriesOf(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
}

const made = `${JSON.stringify(dashboard(), null, 2)}\n`;
const there = await metricsThere();
const missing = metricsAsked().filter((name) => !there.has(name));
if (missing.length > 0) {
  process.stderr.write(`ops/grafana.ts asks for what nothing exposes: ${missing.join(', ')}\n`);
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  mkdirSync(fileURLToPath(new URL('grafana', import.meta.url)), { recursive: true });
  writeFileSync(target, made);
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== made) {
  process.stderr.write('ops/grafana/logging.json is not what ops/grafana.ts makes: run node ops/grafana.ts\n');
  process.exitCode = 1;
}
