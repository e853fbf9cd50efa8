import { types } from 'node:util';
import type { AgentTemplate } from '../logger/agent-logger.ts';
import type { LoggerCore, LoggerInstance, RecordTarget } from '../logger/logger.ts';
import type { Suppression } from '../logger/suppression.ts';
import type { Measurement, SpanTimer, Timers } from '../logger/timer.ts';
import type { RecordWriter, WrittenRecord } from '../logger/write-record.ts';
import type { CheckedOptions } from '../options.ts';
import { type Fields, LEVELS, type Level } from '../record.ts';
import { runInSpan, type TraceReader } from '../trace/trace-context.ts';
import type { TraceContext } from '../trace/traceparent.ts';

export interface RecordTargetOptions {
  options: CheckedOptions;
  /** The quietest level that any sink takes. */
  quietest: number;
  writer: RecordWriter;
  /** Null: off. */
  suppression: Suppression<WrittenRecord> | null;
  timers: Timers;
  readTrace: TraceReader;
  /** Of an agent's logger; null: none. */
  templateOf(core: LoggerCore): AgentTemplate | null;
  /** Of a record that folded instead of being written. */
  folded(level: Level): void;
}

/** What the loggers of this thread write to while the client runs. */
export function createRecordTarget(ports: RecordTargetOptions): RecordTarget {
  const { options, quietest, writer, suppression, timers, readTrace, folded } = ports;

  const startTimer = (source: LoggerInstance, operation: string, fields: Fields | undefined): SpanTimer => {
    const position = readTrace();
    const parent: TraceContext | null = position === null ? null : { parentSpanId: null, isSampled: true, ...position };
    const timer = timers.start(operation, parent, (measurement) => writeMeasurement(source, measurement));
    if (fields !== undefined) timer.set(fields);
    return timer;
  };

  return {
    thresholdOf: (core) => Math.max(quietest, LEVELS[levelOfLogger(core, ports.templateOf(core), options)]),
    write: (source, level, message, fields, extras) => {
      if (suppression === null || level === 'fatal') {
        writer.write(source, level, message, fields, extras);
      } else if (suppression.folds(source.core.name, level, templateText(message))) {
        folded(level);
      } else {
        const written = writer.write(source, level, message, fields, extras);
        if (written !== null) {
          const { text, template, exception } = written;
          suppression.remember({ source, message: text, template, exception });
        }
      }
    },
    startTimer,
    runTimed: (source, operation, work, fields) => {
      const outer = options.trace === null ? null : readTrace();
      const timer = startTimer(source, operation, fields);
      return runInSpan(timer.span, outer, () => measured(timer, work));
    },
  };
}

function measured<T>(timer: SpanTimer, work: () => T): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    timer.fail(error);
    throw error;
  }
  if (types.isPromise(result)) {
    result.then(
      () => timer.end(),
      (error: unknown) => timer.fail(error),
    );
  } else timer.end();
  return result;
}

/** A message may be an error: equal errors have equal messages. Never throws. */
function templateText(message: unknown): string {
  if (typeof message === 'string') return message;
  try {
    return String(message);
  } catch {
    return typeof message;
  }
}

function writeMeasurement(source: LoggerInstance, measurement: Measurement): void {
  const { operation, durationMs, isSlow, failure, fields, span } = measurement;
  const about = {
    ...Object.assign({}, ...fields),
    category: 'performance',
    operation,
    durationMs: Math.round(durationMs * 1_000) / 1_000,
    ...(isSlow && { slow: true }),
    outcome: failure === undefined ? 'ok' : 'failed',
    ...(span.parentSpanId !== null && { parentSpanId: span.parentSpanId }),
  };
  const extras = { traceId: span.traceId, spanId: span.spanId };
  if (failure === undefined) source.logAs('info', '{operation} took {durationMs} ms', about, extras);
  else source.logAs('error', '{operation} failed after {durationMs} ms', { ...about, error: failure.error }, extras);
}

/** Its own, else that of the agent's template, else of the longest name in `levels` that it begins with, else the client's. */
function levelOfLogger(core: LoggerCore, template: AgentTemplate | null, { level, levels }: CheckedOptions): Level {
  if (core.level !== null) return core.level;
  if (template?.level !== undefined) return template.level === 'critical' ? 'fatal' : template.level;
  for (let name = core.name; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    if (Object.hasOwn(levels, name)) return levels[name]!;
  }
  return level;
}
