/** A panel, as one says what it shows; the rest of what Grafana wants follows from it. */
export interface Panel {
  title: string;
  /** What it means, and what is well. */
  description: string;
  unit: Unit;
  queries: { expression: string; legend: string }[];
  kind: 'timeseries' | 'stat' | 'gauge' | 'piechart' | 'table';
  /** Colours from a value on, ascending; the first is of everything below the second. */
  thresholds?: { color: 'green' | 'yellow' | 'red'; from: number | null }[];
  max?: number;
}

export type Unit =
  | 'short'
  | 'ops'
  | 'reqps'
  | 'bytes'
  | 'ms'
  | 's'
  | 'none'
  | 'percentunit'
  | 'currencyUSD'
  | 'dateTimeFromNow';

export interface Row {
  title: string;
  panels: Panel[];
}

export interface Dashboard {
  /** The file's name, and the end of its uid. */
  name: string;
  title: string;
  rows: Row[];
  /** Beside the server's: the figures of clients. */
  hasClients?: boolean;
}

export const RATE = '[$__rate_interval]';
const SERVER = 'instance=~"$instance"';
export const CLIENT = 'instance=~"$client"';

/** `filter` is more than the instance: `status="error"`. */
export function selector(metric: string, filter = ''): string {
  return `${metric}{${filter === '' ? SERVER : `${filter},${SERVER}`}}`;
}

export function rateOf(metric: string, by: string, filter = ''): string {
  return `sum${by === '' ? '' : ` by (${by})`} (rate(${selector(metric, filter)}${RATE}))`;
}

export function quantileOf(quantile: number, metric: string, by = '', filter = ''): string {
  return `histogram_quantile(${quantile}, sum by (le${by === '' ? '' : `, ${by}`}) (rate(${selector(`${metric}_bucket`, filter)}${RATE})))`;
}

type Query = [expression: string, legend: string];
type Look = Pick<Panel, 'kind' | 'thresholds' | 'max'>;

export function panel(title: string, unit: Unit, description: string, queries: Query[], look?: Partial<Look>): Panel {
  return {
    ...{ title, description, unit, kind: 'timeseries' },
    queries: queries.map(([expression, legend]) => ({ expression, legend })),
    ...look,
  };
}

const WIDTH = 24;
const PANEL = { width: 8, height: 8 };
const SOURCE = { type: 'prometheus', uid: `\${datasource}` };

/** As Grafana 10 and later import it. */
export function toGrafana({ name, title, rows, hasClients }: Dashboard): object {
  let id = 0;
  let y = 0;
  const panels = rows.flatMap(({ title: rowTitle, panels: own }) => {
    const row = { id: ++id, type: 'row', title: rowTitle, collapsed: false, gridPos: { x: 0, y: y++, w: WIDTH, h: 1 } };
    const shown = own.map((one, index) => {
      const x = (index * PANEL.width) % WIDTH;
      const line = Math.floor((index * PANEL.width) / WIDTH);
      return toPanel(one, ++id, { x, y: y + line * PANEL.height, w: PANEL.width, h: PANEL.height });
    });
    y += Math.ceil((own.length * PANEL.width) / WIDTH) * PANEL.height;
    return [{ ...row, panels: [] }, ...shown];
  });
  return {
    uid: `guardian-${name}`,
    title: `Guardian: ${title}`,
    tags: ['guardian'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' },
        variable('instance', 'Server', INSTANCE_METRIC),
        ...(hasClients ? [variable('client', 'Client', CLIENT_METRIC)] : []),
      ],
    },
    panels,
  };
}

/** What the instances are listed by. */
export const INSTANCE_METRIC = 'guardian_build_info';
export const CLIENT_METRIC = 'guardian_sdk_running';

function variable(name: string, label: string, metric: string) {
  const query = `label_values(${metric}, instance)`;
  return {
    ...{ name, label, type: 'query', datasource: SOURCE, query: { query, refId: name }, definition: query },
    ...{ includeAll: true, multi: true, allValue: '.*', current: { text: 'All', value: '$__all' }, refresh: 2 },
  };
}

function toPanel(shown: Panel, id: number, gridPos: object) {
  const { title, description, unit, queries, kind, thresholds, max } = shown;
  const isNow = kind === 'piechart' || kind === 'table';
  return {
    ...{ id, type: kind, title, description, datasource: SOURCE, gridPos },
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(max === undefined ? {} : { max }),
        ...(thresholds === undefined ? {} : { color: { mode: 'thresholds' }, thresholds: stepsOf(thresholds) }),
        ...(kind === 'timeseries' && thresholds !== undefined ? { custom: { thresholdsStyle: { mode: 'line' } } } : {}),
      },
      overrides: [],
    },
    ...optionsOf(kind),
    targets: queries.map(({ expression, legend }, index) => ({
      ...{ refId: String.fromCharCode(65 + index), datasource: SOURCE, expr: expression, legendFormat: legend },
      ...(isNow ? { instant: true, ...(kind === 'table' ? { format: 'table' } : {}) } : {}),
    })),
  };
}

function stepsOf(thresholds: NonNullable<Panel['thresholds']>) {
  return { mode: 'absolute', steps: thresholds.map(({ color, from }) => ({ color, value: from })) };
}

function optionsOf(kind: Panel['kind']): object {
  const reduceOptions = { values: false, calcs: ['lastNotNull'], fields: '' };
  if (kind === 'piechart')
    return {
      options: {
        reduceOptions,
        pieType: 'pie',
        legend: { displayMode: 'table', placement: 'right', values: ['value', 'percent'] },
      },
    };
  if (kind === 'gauge' || kind === 'stat') return { options: { reduceOptions } };
  return {};
}
