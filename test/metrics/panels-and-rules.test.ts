import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_METRIC, INSTANCE_METRIC } from '../../ops/dashboards/dashboard.ts';
import { DASHBOARDS, grafanaFiles } from '../../ops/dashboards/dashboards.ts';
import { namesIn } from '../../ops/dashboards/expression-names.ts';
import { ALERT_GROUPS } from '../../ops/prometheus/alert-rules.ts';
import { prometheusFiles } from '../../ops/prometheus/files.ts';
import { RECORDING_RULES } from '../../ops/prometheus/recording-rules.ts';
import { getLogger, metricsText, start, stop } from '../../packages/sdk/src/index.ts';
import { lintExposition } from '../../src/adapters/metrics/lint-exposition.ts';
import { parseExposition } from '../../src/adapters/metrics/parse-exposition.ts';
import { METRIC_FAMILIES, METRICS_PATH, type MetricFamily } from '../../src/contracts/metrics.ts';
import { type RunningServer, startGuardian } from '../fixtures/running-server.ts';

/** Given by Prometheus itself. */
const OF_THE_SCRAPE = ['instance', 'job'];

let server: RunningServer;
let exposed: string;
/** Series by name, each with the labels that it has, or will have once there is one. */
const series = new Map<string, Set<string>>([['up', new Set(OF_THE_SCRAPE)]]);

beforeAll(async () => {
  const spill = mkdtempSync(join(tmpdir(), 'guardian-metrics-'));
  server = await startGuardian();
  await start({ url: server.url, key: server.key, service: 'panels', folder: spill });
  const logger = getLogger('panels');
  logger.info('one record');
  logger.time('one operation').end();
  const client = metricsText();
  await stop();
  exposed = await (await fetch(`${server.url}${METRICS_PATH}`)).text();
  rmSync(spill, { recursive: true, force: true });
  for (const { name, type, samples } of [...parseExposition(client).families, ...parseExposition(exposed).families]) {
    const family = (METRIC_FAMILIES as Record<string, MetricFamily>)[name];
    const labels = new Set([...OF_THE_SCRAPE, ...Object.keys(family?.labels ?? {})]);
    for (const sample of samples) for (const label of Object.keys(sample.labels)) labels.add(label);
    const names = type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    for (const one of names) series.set(one, labels);
    if (type === 'histogram') series.get(`${name}_bucket`)!.add('le');
  }
  for (const { record, expr } of RECORDING_RULES) series.set(record, new Set(namesIn(expr).by));
});
afterAll(() => server.stop());

/** What an expression asks for and nothing exposes. */
function missingIn(expression: string): string[] {
  const { metrics, by } = namesIn(expression);
  const known = new Set(metrics.flatMap(({ name }) => [...(series.get(name) ?? [])]));
  return [
    ...(metrics.length === 0 ? [`no metric in ${expression}`] : []),
    ...metrics.flatMap(({ name, labels }) => {
      const there = series.get(name);
      return there ? labels.filter((label) => !there.has(label)).map((label) => `${name}{${label}}`) : [name];
    }),
    ...by.filter((label) => !known.has(label)).map((label) => `by (${label}) in ${expression}`),
  ];
}

const panels = DASHBOARDS.flatMap(({ name, rows }) =>
  rows.flatMap(({ panels: own }) => own.map((panel) => ({ of: `${name}: ${panel.title}`, panel }))),
);
const rules = ALERT_GROUPS.flatMap((group) => group.rules);

describe('a running server', () => {
  it('exposes every family of the list, as promtool wants them', () => {
    const names = new Set(parseExposition(exposed).families.map(({ name }) => name));
    expect(Object.keys(METRIC_FAMILIES).filter((name) => !names.has(name))).toEqual([]);
    expect(lintExposition(exposed)).toEqual([]);
  });
});

describe('panels', () => {
  it.each(panels)('$of: asks for metrics and labels that are exposed', ({ panel }) => {
    expect(panel.queries.flatMap(({ expression }) => missingIn(expression))).toEqual([]);
  });

  it.each(panels)('$of: says what it means, in a unit, with legends that its result has', ({ panel }) => {
    expect(panel.description.length).toBeGreaterThan(10);
    expect(panel.unit).not.toBe('');
    for (const { expression, legend } of panel.queries) {
      const { by, metrics } = namesIn(expression);
      const labels = /\bby \(/.test(expression) ? by : [...(series.get(metrics[0]!.name) ?? [])];
      for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) expect(labels).toContain(label);
      if (expression.includes('histogram_quantile')) expect(expression).toMatch(/sum by \(le[,)]/);
    }
  });

  it('read from the data source that the reader chooses, every one', () => {
    for (const [file, text] of Object.entries(grafanaFiles())) {
      const { panels: shown, templating } = JSON.parse(text) as {
        panels: {
          type: string;
          title: string;
          description?: string;
          datasource?: { uid: string };
          fieldConfig?: { defaults: { unit: string } };
          targets?: { datasource: { uid: string } }[];
        }[];
        templating: { list: { name: string; type: string }[] };
      };
      expect(templating.list[0], file).toMatchObject({ name: 'datasource', type: 'datasource' });
      for (const { type, title, description, datasource, fieldConfig, targets } of shown) {
        if (type === 'row') continue;
        expect([title, datasource?.uid, ...targets!.map((target) => target.datasource.uid)]).toEqual([
          title,
          ...new Array(targets!.length + 1).fill(`\${datasource}`),
        ]);
        expect([title, typeof description, typeof fieldConfig?.defaults.unit]).toEqual([title, 'string', 'string']);
      }
    }
  });

  it('list servers and clients by metrics that are exposed', () => {
    expect([INSTANCE_METRIC, CLIENT_METRIC].filter((name) => !series.has(name))).toEqual([]);
  });

  it('has the five that say whether analysis is well, with their goals and colours', () => {
    const of = (title: string) => panels.find(({ of: name }) => name === `analysis: ${title}`)!.panel;
    expect(of('Success ratio')).toMatchObject({
      kind: 'gauge',
      unit: 'percentunit',
      thresholds: [
        { color: 'red', from: null },
        { color: 'yellow', from: 0.5 },
        { color: 'green', from: 0.9 },
      ],
    });
    expect(of('Success ratio').queries[0]!.expression).toMatch(/^sum \(.* \/ \(sum \(/);
    expect(of('Duration of an attempt, p95 by provider')).toMatchObject({ unit: 's', thresholds: [{}, { from: 2 }] });
    expect(of('Cache hit ratio').thresholds!.map(({ color, from }) => [color, from])).toEqual([
      ['red', null],
      ['yellow', 0.2],
      ['green', 0.4],
    ]);
    expect(of('Errors by kind').kind).toBe('piechart');
    expect(of('Cache size')).toMatchObject({ kind: 'gauge', max: 100 });
  });
});

describe('rules', () => {
  it.each([
    ...RECORDING_RULES.map(({ record, expr }) => ({ name: record, expr })),
    ...rules.map(({ alert, expr }) => ({ name: alert, expr })),
  ])('$name: asks for metrics and labels that are exposed', ({ expr }) => {
    expect(missingIn(expr)).toEqual([]);
  });

  it('divide sums of the same labels by each other', () => {
    for (const { expr } of RECORDING_RULES.filter(({ record }) => record.includes(':ratio'))) {
      expect(namesIn(expr).by).toEqual([]);
      expect(expr.match(/sum\(rate\(/g)?.length).toBe(namesIn(expr).metrics.length);
    }
  });

  it.each(rules)(
    '$alert: is tried firing and quiet, and names only labels that it has',
    ({ alert, description, test }) => {
      const tests = prometheusFiles()['tests/alerts.test.yml']!;
      expect(tests).toContain(`name: ${alert} fires\n`);
      expect(tests).toContain(`name: ${alert} stays quiet\n`);
      for (const [, label] of description.matchAll(/\$labels\.(\w+)/g))
        expect(Object.keys(test.labels ?? {})).toContain(label);
    },
  );

  it('hold the limits that were agreed', () => {
    const of = (alert: string) => {
      const rule = rules.find((one) => one.alert === alert)!;
      return `${rule.expr} for ${rule.for ?? '0'} ${rule.severity}`;
    };
    expect(of('AnalysisSuccessRatioLow')).toBe('guardian:analysis_success:ratio_rate10m < 0.8 for 10m critical');
    expect(of('AnalysisSlow')).toContain('> 5 for 5m');
    expect(of('AnalysisCacheHitRatioLow')).toContain('< 0.2 for 15m');
    expect(of('AnalysisFailureRatioHigh')).toContain('> 0.1 ');
    expect(of('ModelCostHigh')).toContain('increase1h) > 5');
    expect(of('ModelCostOfProviderHigh')).toContain('increase1h > 2');
    expect(of('GuardianDown')).toContain('== 0 for 1m');
  });
});

describe('files', () => {
  const folder = fileURLToPath(new URL('../../ops', import.meta.url));

  it('stand as they are made', () => {
    for (const [name, text] of Object.entries(grafanaFiles()))
      expect(readFileSync(join(folder, 'grafana', name), 'utf8'), name).toBe(text);
    for (const [name, text] of Object.entries(prometheusFiles()))
      expect(readFileSync(join(folder, 'prometheus', name), 'utf8'), name).toBe(text);
  });

  it('scrape the path that the server serves, every 15 s, over https, with a token', () => {
    const text = prometheusFiles()['prometheus.yml']!;
    for (const line of [
      'scrape_interval: 15s',
      'evaluation_interval: 15s',
      'scheme: https',
      `metrics_path: ${METRICS_PATH}`,
      'credentials_file: guardian-token',
      '- rules/*.yml',
    ])
      expect(text).toContain(line);
  });

  it('name the path nowhere by itself', () => {
    for (const file of ['src/server/routes/metrics.ts', 'src/server/openapi-document.ts', 'ops/prometheus/files.ts'])
      expect(readFileSync(join(folder, '..', file), 'utf8'), file).not.toContain(METRICS_PATH);
  });
});
