import {
  type CounterName,
  type LabelsGiven,
  METRIC_FAMILIES,
  type MetricName,
  metricFamily,
  type OtherName,
} from '../../contracts/metrics.ts';
import { type Clock, toGuardianError } from '../../core/shared/index.ts';
import { createSeriesSet, type LabelRecord, type SeriesSet } from './series.ts';

/** What a part is asked at each reading: it sets its figures, or throws, and then they are left out of that reading. */
export interface Collector {
  /** Short, of the code's own words: it becomes a label. */
  name: string;
  families: readonly MetricName[];
  /** ms that what it gave is shown again before it is asked anew: scrapers may come often, and rows take time to count. */
  keptMs?: number;
  read(): void | Promise<void>;
}

export interface MetricBookOptions {
  clock: Clock;
  /** Told once until it can be read again: scrapes come every few seconds. */
  onFailure(collector: string, error: Error): void;
  /** ms that a collector may take before the others are shown without it. */
  patienceMs?: number;
}

/** Rows are counted in far less, and Prometheus gives up after 10 s. */
const PATIENCE_MS = 3_000;

interface Kept extends Collector {
  /** Epoch ms of what it gave last. */
  readAt: number;
  /** Its figures are those of its last reading, which did not fail. */
  isShown: boolean;
  isTold: boolean;
  reading: Promise<void> | null;
}

export type MetricBook = ReturnType<typeof createMetricBook>;

/**
 * All figures, in memory from the first moment, in the plainest form: nothing is loaded for them before somebody reads. Series of known labels are made
 * at the first reading. Counting never throws and never waits.
 */
export function createMetricBook({ clock, onFailure, patienceMs = PATIENCE_MS }: MetricBookOptions) {
  const sets = new Map<MetricName, SeriesSet>();
  const collectors: Kept[] = [];
  for (const name of Object.keys(METRIC_FAMILIES) as MetricName[])
    sets.set(
      name,
      createSeriesSet(name, metricFamily(name), () => {
        // The counter of drops has one series for each family: it can hold them all.
        of('guardian_metrics_cardinality_drops_total').add({ family: name }, 1);
      }),
    );
  const preparations: (() => void)[] = [];
  let isPrepared = false;

  return {
    count: <Name extends CounterName>(name: Name, labels: LabelsGiven<Name>, by = 1) =>
      of(name).add(labels as LabelRecord, by),
    /** Of a total that is kept elsewhere, since the start of the process. */
    total: <Name extends CounterName>(name: Name, labels: LabelsGiven<Name>, value: number) =>
      of(name).set(labels as LabelRecord, value),
    set: <Name extends OtherName>(name: Name, labels: LabelsGiven<Name>, value: number) =>
      of(name).set(labels as LabelRecord, value),
    observe: <Name extends OtherName>(name: Name, labels: LabelsGiven<Name>, value: number) =>
      of(name).observe(labels as LabelRecord, value),
    observeMany: <Name extends OtherName>(
      name: Name,
      labels: LabelsGiven<Name>,
      { counts, sum }: { counts: readonly number[]; sum: number },
    ) => of(name).observeMany(labels as LabelRecord, counts, sum),
    know: <Name extends MetricName>(name: Name, labels: LabelsGiven<Name>) => of(name).know(labels as LabelRecord),
    /** Of a gauge whose labels come and go: what was set before is no more. */
    clear: (name: OtherName) => of(name).clear(),
    /** Called once, at the first reading: what is known then stands at 0, and takes no memory before. */
    prepare(preparation: () => void) {
      if (isPrepared) preparation();
      else preparations.push(preparation);
    },
    collect(collector: Collector) {
      collectors.push({
        ...collector,
        ...{ readAt: Number.NEGATIVE_INFINITY, isShown: false, isTold: false, reading: null },
      });
      of('guardian_metrics_collector_failures_total').know({ collector: collector.name });
    },
    read,
  };

  function of(name: MetricName): SeriesSet {
    return sets.get(name)!;
  }

  /** Every family as Prometheus reads it; one whose collector failed has its name and no series. */
  async function read(): Promise<string> {
    prepare();
    await Promise.all(collectors.map(askIfDue));
    const hidden = new Set(collectors.filter(({ isShown }) => !isShown).flatMap(({ families }) => families));
    const lines: string[] = [];
    for (const [name, set] of sets) {
      lines.push(`# HELP ${name} ${set.family.help}`, `# TYPE ${name} ${set.family.type}`);
      if (!hidden.has(name)) set.lines(lines);
    }
    return `${lines.join('\n')}\n`;
  }

  function prepare(): void {
    if (isPrepared) return;
    isPrepared = true;
    for (const preparation of preparations.splice(0)) preparation();
    for (const [name, set] of sets) {
      set.knowAll();
      if (Object.keys(set.family.labels).length > 0)
        of('guardian_metrics_cardinality_drops_total').know({ family: name });
    }
  }

  async function askIfDue(collector: Kept): Promise<void> {
    const now = clock.now();
    const age = now - collector.readAt;
    // A clock that was set back must not keep old figures.
    if (collector.isShown && age >= 0 && age < (collector.keptMs ?? 0)) return;
    // One that is still being read is not asked twice: a store that hangs would be asked by every scrape.
    collector.reading ??= ask(collector).finally(() => {
      collector.reading = null;
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), patienceMs);
    });
    const outcome = await Promise.race([collector.reading, patience]);
    clearTimeout(timer);
    if (outcome === 'late') fail(collector, new Error(`no answer within ${patienceMs} ms`));
  }

  async function ask(collector: Kept): Promise<void> {
    try {
      await collector.read();
      collector.readAt = clock.now();
      collector.isShown = true;
      collector.isTold = false;
    } catch (thrown) {
      fail(collector, toGuardianError(thrown));
    }
  }

  function fail(collector: Kept, error: Error): void {
    collector.isShown = false;
    of('guardian_metrics_collector_failures_total').add({ collector: collector.name }, 1);
    if (collector.isTold) return;
    collector.isTold = true;
    onFailure(collector.name, error);
  }
}
