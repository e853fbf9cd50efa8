import type { DeliveryGauges } from '../delivery/delivery.ts';
import type { ClientStats, SinkStats } from './stats.ts';

/** The stats in Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export function writeMetrics(stats: ClientStats): string {
  const families = [
    ...recordFamilies(stats),
    ...sinkFamilies(stats.sinks),
    ...timerFamilies(stats),
    ...usageFamilies(stats),
  ];
  return families.map(writeFamily).join('');
}

interface Family {
  name: string;
  type: 'counter' | 'gauge' | 'summary';
  help: string;
  samples: Sample[];
}

interface Sample {
  suffix?: string;
  labels: Record<string, string>;
  value: number;
}

const RECORD_HELP: Record<keyof ClientStats['records'], string> = {
  made: 'Records given to the sinks.',
  masked: 'Values that were masked, made a pseudonym or removed.',
  encrypted: 'Records whose secrets went out sealed.',
  sealFailed: 'Records whose secrets could not be sealed and went out without them.',
  folded: 'Equal records that are counted in another one.',
  truncated: 'Records of which something was cut.',
  failed: 'Records that could not be made.',
};

function recordFamilies({ records, maskedKinds, misuse, startedAt, isRunning }: ClientStats): Family[] {
  const families = Object.entries(RECORD_HELP).map(([name, help]): Family => {
    const levels = records[name as keyof ClientStats['records']];
    const samples = Object.entries(levels).map(([level, value]) => ({ labels: { level }, value }));
    return { name: `guardian_sdk_records_${snake(name)}_total`, type: 'counter', help, samples };
  });
  const kinds = Object.entries(maskedKinds).map(([kind, value]) => ({ labels: { kind }, value }));
  return [
    { name: 'guardian_sdk_running', type: 'gauge', help: '1 while a client runs.', samples: [one(isRunning ? 1 : 0)] },
    {
      name: 'guardian_sdk_start_time_seconds',
      type: 'gauge',
      help: 'When the client was started, Unix time.',
      samples: [one(startedAt / 1_000)],
    },
    ...families,
    { name: 'guardian_sdk_redacted_total', type: 'counter', help: 'Secrets taken out, by kind.', samples: kinds },
    {
      name: 'guardian_sdk_misuse_total',
      type: 'counter',
      help: 'Calls of loggers while no client ran; their records are lost.',
      samples: [
        { labels: { when: 'before_start' }, value: misuse.beforeStart },
        { labels: { when: 'after_stop' }, value: misuse.afterStop },
      ],
    },
  ];
}

const SINK_COUNTERS: Record<Exclude<keyof SinkStats, 'gauges' | 'dropped'>, string> = {
  queued: 'Records taken for the sink, adopted and folded ones too.',
  sent: 'Records the other side confirmed.',
  spilled: 'Records written to disk.',
  replayed: 'Records sent from disk.',
  retried: 'Records tried once more.',
  deadLettered: 'Records the other side never takes; they stand in the dead-letter file.',
  duplicate: 'Records the other side had already; they count as sent.',
  folded: 'Equal records that are counted in another one.',
};

const SINK_GAUGES: Record<Exclude<keyof DeliveryGauges, 'problem'>, string> = {
  queueEntries: 'Records in memory.',
  queueBytes: 'Bytes in memory.',
  spillEntries: 'Records on disk that are not sent.',
  spillBytes: 'Bytes on disk that are not sent.',
  waiting: 'Records that are neither sent nor lost.',
  oldestAgeMs: 'Age of the oldest waiting record, ms.',
  inFlight: 'Requests under way.',
  batchEntries: 'Records of a batch at present.',
  batchBytes: 'Bytes of a batch at present.',
  concurrency: 'Requests at once at present.',
  roundTripMs: 'Mean round trip, ms.',
};

function sinkFamilies(sinks: Record<string, SinkStats>): Family[] {
  const all = Object.entries(sinks);
  const counters = Object.entries(SINK_COUNTERS).map(([name, help]): Family => {
    const samples = all.flatMap(([sink, stats]) =>
      Object.entries(stats[name as keyof typeof SINK_COUNTERS]).map(([level, value]) => ({
        labels: { sink, level },
        value,
      })),
    );
    return { name: `guardian_sdk_${snake(name)}_total`, type: 'counter', help, samples };
  });
  const dropped = all.flatMap(([sink, stats]) =>
    Object.entries(stats.dropped).flatMap(([reason, levels]) =>
      Object.entries(levels).map(([level, value]) => ({ labels: { sink, level, reason }, value })),
    ),
  );
  const gauges = Object.entries(SINK_GAUGES).map(([name, help]): Family => {
    const samples = all.map(([sink, { gauges }]) => ({
      labels: { sink },
      value: gauges[name as keyof typeof SINK_GAUGES],
    }));
    return { name: `guardian_sdk_${snake(name)}`, type: 'gauge', help, samples };
  });
  const problems = all.map(([sink, { gauges }]) => ({ labels: { sink }, value: gauges.problem === null ? 0 : 1 }));
  return [
    ...counters,
    { name: 'guardian_sdk_dropped_total', type: 'counter', help: 'Records lost, by reason.', samples: dropped },
    ...gauges,
    { name: 'guardian_sdk_problem', type: 'gauge', help: '1 while the sink does not take records.', samples: problems },
  ];
}

function timerFamilies({ timers }: ClientStats): Family[] {
  const samples = Object.entries(timers).flatMap(([operation, { p50, p95, p99, sum, count }]): Sample[] => [
    { labels: { operation, quantile: '0.5' }, value: p50 },
    { labels: { operation, quantile: '0.95' }, value: p95 },
    { labels: { operation, quantile: '0.99' }, value: p99 },
    { suffix: '_sum', labels: { operation }, value: sum },
    { suffix: '_count', labels: { operation }, value: count },
  ]);
  const counted = (name: 'slow' | 'failed', help: string): Family => ({
    name: `guardian_sdk_operations_${name}_total`,
    type: 'counter',
    help,
    samples: Object.entries(timers).map(([operation, summary]) => ({ labels: { operation }, value: summary[name] })),
  });
  return [
    { name: 'guardian_sdk_operation_duration_ms', type: 'summary', help: 'Durations of timers, ms.', samples },
    counted('slow', 'Measurements beyond the slow limit.'),
    counted('failed', 'Measurements that ended with an error.'),
  ];
}

function usageFamilies({ usage }: ClientStats): Family[] {
  if (usage === null) return [];
  const samples = Object.entries(usage).map(([name, value]) => ({
    labels: { what: snake(name) },
    value: Number(value),
  }));
  return [{ name: 'guardian_sdk_usage_total', type: 'counter', help: 'What usage tracking counted.', samples }];
}

function one(value: number): Sample {
  return { labels: {}, value };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function writeFamily({ name, type, help, samples }: Family): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ suffix = '', labels, value }) => `${name}${suffix}${writeLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function writeLabels(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
