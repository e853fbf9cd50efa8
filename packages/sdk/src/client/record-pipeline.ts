import type { DropSummary } from '../delivery/delivery.ts';
import type { RecordTarget } from '../logger/logger.ts';
import { createRecordCounters, type RecordCounters } from '../logger/record-counters.ts';
import { createRecordIds } from '../logger/record-id.ts';
import { loggerOf } from '../logger/registry.ts';
import { createSuppression, type FoldedRecord, type Suppression } from '../logger/suppression.ts';
import { createTimers, type Timers } from '../logger/timer.ts';
import { createRecordWriter, type MadeRecord, type RecordWriter, type WrittenRecord } from '../logger/write-record.ts';
import { type Entry, LEVELS, type Level } from '../record.ts';
import type { Redactor } from '../redact/index.ts';
import type { Sealer } from '../seal/index.ts';
import { createTraceReader } from '../trace/trace-context.ts';
import { createAgentSettings } from './agent-settings.ts';
import { createRecordTarget } from './record-target.ts';
import { createRoutes, type Route } from './routes.ts';
import type { Runtime } from './runtime.ts';
import { createRecordSealing } from './seal-records.ts';

/** From the loggers to the queues: level, copy, folding, redaction, line, sealing, in this order. */
export interface RecordPipeline {
  readonly target: RecordTarget;
  readonly routes: readonly Route[];
  readonly counters: RecordCounters;
  readonly timers: Timers;
  /** Hands everything that waits in between to the queues: what is folded, what is to be sealed. */
  handOver(options: { tellsFolded: boolean }): void;
  /** Ends its timers; nothing folds afterwards. */
  stop(): void;
}

export interface RecordPipelineParts {
  runtime: Runtime;
  startedAt: number;
  redactor: Redactor | null;
  sealer: Sealer | null;
}

/** The logger of the SDK's own records. */
const DELIVERY_LOGGER = 'guardian.delivery';

export function createRecordPipeline({ runtime, startedAt, redactor, sealer }: RecordPipelineParts): RecordPipeline {
  const { options, time, instance, tellTrouble } = runtime;
  const { service, environment, revision } = options;
  const counters = createRecordCounters();
  const agents = createAgentSettings(runtime);
  const timers = createTimers({
    slowMs: options.timers.slowMs,
    maxOperations: options.timers.operations,
    now: time.now,
  });
  const readTrace = createTraceReader(options.trace, () =>
    tellTrouble('trace', 'the option "trace" threw; records go without its trace'),
  );
  const routes = openRoutes(runtime, (sink, drop) => describeDrops(writer, sink, drop));
  const forward = createForward(routes);
  const { encrypted, sealFailed } = counters;
  const sealing =
    sealer === null
      ? null
      : createRecordSealing({
          ...{ sealer, service, encrypted, sealFailed, forward },
          isWithinCall: (level) => isWithinCall(routes, level),
        });
  const writer = createRecordWriter({
    identity: { service, environment, revision, instance },
    templateFields: (core) => agents.of(core)?.fields ?? null,
    ids: createRecordIds(startedAt),
    limits: options.limits,
    redactor,
    readTrace,
    counters,
    wall: time.wall,
    now: time.now,
    deliver: (made) => (made.sealed === null || sealing === null ? forward(made) : sealing.take(made)),
    tellTrouble,
  });
  const suppression = openSuppression(runtime, writer);
  const target = createRecordTarget({
    options,
    quietest: Math.min(...routes.map(({ threshold }) => threshold)),
    writer,
    suppression,
    timers,
    readTrace,
    templateOf: agents.of,
    folded: (level) => {
      counters.folded[level]++;
    },
  });
  return {
    target,
    routes,
    counters,
    timers,
    handOver: ({ tellsFolded }) => {
      if (tellsFolded) suppression?.tellAll();
      sealing?.sealAll();
    },
    stop: () => {
      suppression?.stop();
      agents.close();
    },
  };
}

type DescribeDrops = (sink: string, drop: DropSummary) => Entry | null;

function openRoutes({ options, serverSink, time, onTrouble }: Runtime, describeDrops: DescribeDrops): Route[] {
  const server = serverSink('events');
  const own = server === null ? [] : [{ sink: server, level: 'trace' as const, delivery: {} }];
  return createRoutes({ options, sinks: [...own, ...options.sinks], time, onTrouble, describeDrops });
}

/** The sink that lost records is told of them, in a record like any other. */
function describeDrops(writer: RecordWriter, sink: string, drop: DropSummary): Entry | null {
  const { level, count, reasons, from, to } = drop;
  const fields = { category: 'system', sink, level, count, reasons, from: instantOf(from), to: instantOf(to) };
  const message = '{count} {level} record(s) were dropped on their way to {sink}';
  const made = writer.make(loggerOf(DELIVERY_LOGGER), 'warn', message, fields);
  // Nothing in it is worth sealing, whatever the rules say: the values that they take are left out.
  if (made === null || made.sealed === null) return made;
  const line = `${made.line}}}`;
  return { ...made, line, bytes: Buffer.byteLength(line) };
}

function openSuppression({ options, time }: Runtime, writer: RecordWriter): Suppression<WrittenRecord> | null {
  if (options.suppression === null) return null;
  return createSuppression<WrittenRecord>({
    options: options.suppression,
    now: time.now,
    wall: time.wall,
    after: time.after,
    tell: (folded, level) => writer.writeAgain(folded.passed, level, foldedFields(folded), folded.count),
  });
}

function isWithinCall(routes: readonly Route[], level: Level): boolean {
  const value = LEVELS[level];
  return level === 'fatal' || routes.some((route) => route.isWithinCall && value >= route.threshold);
}

function createForward(routes: readonly Route[]): (entry: MadeRecord) => void {
  return (entry) => {
    const value = LEVELS[entry.level];
    const durability = entry.level === 'fatal' ? 'record' : undefined;
    for (const { threshold, delivery } of routes) if (value >= threshold) delivery.accept(entry, durability);
  };
}

function foldedFields({ count, first, last }: FoldedRecord<WrittenRecord>): Record<string, unknown> {
  return { folded: { count, first: instantOf(first), last: instantOf(last) } };
}

function instantOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
