import { type Clock, type GuardianError, toGuardianError } from '../../shared/index.ts';
import type { OutputStore } from '../ports.ts';
import type { OutputChunk, Run } from '../run.ts';
import { createBoundedOutput } from '../stats/index.ts';
import type { Timer } from './timer.ts';

export interface RunOutputOptions {
  clock: Clock;
  timer: Timer;
  outputs: Pick<OutputStore, 'append'>;
  /** Takes out secrets and personal data; it is given whole lines. */
  redact(text: string): string;
  /** What was stored, for those who watch. */
  onOutput(runId: string, chunks: readonly OutputChunk[]): void;
  onFailure(part: string, error: GuardianError): void;
}

export interface RunOutput {
  write(stream: OutputChunk['stream'], text: string): void;
  /** Stores what is left. Never throws: output that cannot be stored is told, and changes nothing about the run. */
  close(): Promise<void>;
}

const STORE_EVERY_MS = 250;
/** A longer line is cut: a secret in it could be cut as well, which only hits who writes 64 Ki characters without an end of line. */
const LONGEST_LINE = 64 * 1024;
/** Chunks of a later attempt stand behind those of the former, on whatever node that was. */
const SEQ_OF_ATTEMPT = 1_000_000_000;

/** Collects what one attempt writes: by whole lines, redacted, bounded in memory however much comes, and stored a few times a second. */
export function collectOutput(run: Pick<Run, 'id' | 'attempt'>, options: RunOutputOptions): RunOutput {
  const { clock, timer, outputs, redact, onOutput, onFailure } = options;
  const bounded = createBoundedOutput({ clock });
  const lines = new Map<OutputChunk['stream'], { parts: string[]; length: number }>();
  const firstSeq = (run.attempt - 1) * SEQ_OF_ATTEMPT;
  let storing = Promise.resolve();
  let cancelWait: (() => void) | null = null;

  function keep(stream: OutputChunk['stream'], text: string): void {
    let safe: string;
    try {
      safe = redact(text);
    } catch (thrown) {
      // What cannot be redacted is not kept.
      onFailure('output', toGuardianError(thrown));
      return;
    }
    bounded.write(stream, safe);
    cancelWait ??= timer.after(STORE_EVERY_MS, () => {
      cancelWait = null;
      storing = storing.then(store);
    });
  }

  async function store(): Promise<void> {
    if (bounded.isEmpty) return;
    const { chunks, lostBytes } = bounded.take();
    const numbered = chunks.map((chunk) => ({ ...chunk, seq: firstSeq + chunk.seq }));
    try {
      await outputs.append(run.id, numbered, lostBytes);
      onOutput(run.id, numbered);
    } catch (thrown) {
      onFailure('output', toGuardianError(thrown));
    }
  }

  return {
    write(stream, text) {
      const line = lines.get(stream) ?? { parts: [], length: 0 };
      const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
      if (end > 0) {
        keep(stream, line.parts.join('') + text.slice(0, end));
        lines.set(stream, { parts: [text.slice(end)], length: text.length - end });
        return;
      }
      line.parts.push(text);
      line.length += text.length;
      if (line.length > LONGEST_LINE) {
        keep(stream, line.parts.join(''));
        lines.delete(stream);
      } else lines.set(stream, line);
    },
    async close() {
      for (const [stream, { parts, length }] of lines) if (length > 0) keep(stream, parts.join(''));
      lines.clear();
      cancelWait?.();
      storing = storing.then(store);
      await storing;
    },
  };
}
