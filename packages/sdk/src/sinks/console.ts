import type { Writable } from 'node:stream';
import type { Sink } from './sink.ts';

export interface ConsoleSinkOptions {
  /** `json`: the record's line; `pretty`: for people. */
  format?: 'json' | 'pretty';
  /** Standard output by default. */
  output?: Writable;
  /** As counters name it; `console` by default. */
  name?: string;
}

/** Writes lines; a batch is sent once the stream took it, so a slow reader slows the delivery down, not the application. */
export function consoleSink({
  format = 'json',
  output = process.stdout,
  name = 'console',
}: ConsoleSinkOptions = {}): Sink {
  let failure: Error | null = null;
  let isWatched = false;
  // Without a listener, a pipe whose reader went away would end the application.
  const onError = (error: Error) => {
    failure = error;
  };
  return {
    name,
    isLocal: true,
    async send(batch) {
      if (!isWatched) {
        isWatched = true;
        output.on('error', onError);
      }
      const startedAt = performance.now();
      const write = format === 'json' ? (line: string) => `${line}\n` : prettyLine;
      const text = batch.map(({ line }) => write(line)).join('');
      const error = await new Promise<Error | null | undefined>((resolve) => output.write(text, resolve));
      const problem = error ?? failure;
      failure = null;
      if (problem) {
        return {
          kind: 'hold',
          reason: `the output cannot be written: ${problem.message}`,
          remedy: 'See to whoever reads it.',
        };
      }
      return {
        kind: 'answered',
        outcomes: batch.map(() => ({ kind: 'sent' })),
        roundTripMs: performance.now() - startedAt,
      };
    },
    async close() {
      output.off('error', onError);
      isWatched = false;
    },
  };
}

interface Shown {
  time?: string;
  severity?: string;
  message?: string;
  logger?: string;
  traceId?: string;
  exception?: unknown;
  attributes?: Record<string, unknown>;
}

/** `19:02:11.120 WARN  shop.payments  card refused  order=12 trace=4bf9…`, then the exception's own lines. */
function prettyLine(line: string): string {
  let record: Shown;
  try {
    record = JSON.parse(line) as Shown;
  } catch {
    return `${line}\n`;
  }
  const { time = '', severity = '', logger = '', message = '', traceId, exception, attributes = {} } = record;
  const fields = Object.entries(attributes)
    .filter(([name]) => name !== 'category' && name !== 'sequence')
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  if (traceId) fields.push(`trace=${traceId}`);
  const head = `${time.slice(11, 23)} ${severity.toUpperCase().padEnd(5)} ${logger}  ${message}`;
  const shown = [head, ...fields].join('  ');
  const stack = stackOf(exception);
  return withoutControls(stack === null ? `${shown}\n` : `${shown}\n${stack}\n`);
}

function stackOf(exception: unknown): string | null {
  if (typeof exception === 'string') return indent(exception);
  if (typeof exception !== 'object' || exception === null) return null;
  const { type = '', message = '', stack, cause } = exception as Record<string, unknown>;
  const own = typeof stack === 'string' ? stack : `${String(type)}: ${String(message)}`;
  const deeper = stackOf(cause);
  return deeper === null ? indent(own) : `${indent(own)}\n    caused by\n${deeper}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}

/** A record may not move the cursor or colour the terminal of whoever reads it. */
function withoutControls(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
