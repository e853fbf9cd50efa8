import type { ReadOptions, ReadProblem, Source, SourceBatch } from '../../../core/events/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import { followInputs } from './follow.ts';
import { listInputs, reasonOf } from './list-inputs.ts';
import { type FileReading, type FileSourceOptions, fileReading } from './options.ts';
import { noQuiet, readInput, type Window } from './read-input.ts';

/**
 * The source `file`: files, directories and standard input, compressed or not, in any of the formats of `text/`, or an export of Cloud Logging.
 *
 * `read` throws `source_unreadable` or `source_invalid` when none of the inputs can be read; otherwise what could not be read is a problem of a batch.
 * With `isFollowing` it gives what the files hold, then what is written to them, until the signal ends it; it gives a batch, if only an empty one, several
 * times a second, so that who reads can let silent stack traces go. Throws `configuration_invalid` at once on an unknown format or zone.
 */
export function createFileSource(options: FileSourceOptions): Source {
  const reading = fileReading(options);
  return { kind: 'file', read: (window) => read(reading, window) };
}

async function* read(reading: FileReading, { since, until, signal }: ReadOptions): AsyncGenerator<SourceBatch> {
  const { inputs, problems, failures } = await listInputs(reading.paths, reading.limits);
  const isEndKnown = !reading.isFollowing && inputs.every(({ bytes }) => bytes !== null);
  const totalBytes = isEndKnown ? inputs.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0) : null;
  const window: Window = { since, until, signal, progress: { readBytes: 0, totalBytes } };
  if (inputs.length === 0) throw unreadable(failures[0] ?? { path: reading.paths[0] ?? '', reason: 'ENOLOGS' });
  if (problems.length > 0) yield ofProblems(problems, window);
  if (reading.isFollowing) {
    yield* followInputs(inputs, reading, window);
    return;
  }
  let hasRead = false;
  let firstFailure: GuardianError | null = failures[0] ? unreadable(failures[0]) : null;
  for (const input of inputs) {
    if (signal?.aborted) return;
    try {
      const { isReadable, reason } = yield* readInput(input, reading, window);
      hasRead ||= isReadable;
      if (!isReadable) firstFailure ??= new GuardianError('source_invalid', { path: input.path, reason });
    } catch (error) {
      const reason = reasonOf(error);
      firstFailure ??= unreadable({ path: input.path, reason, cause: error });
      yield ofProblems([{ kind: 'unreadable', name: input.path, position: '', count: 1, detail: reason }], window);
    }
  }
  if (!hasRead && firstFailure) throw firstFailure;
}

function unreadable({ path, reason, cause }: { path: string; reason: string; cause?: unknown }): GuardianError {
  return new GuardianError('source_unreadable', { path, reason, cause });
}

function ofProblems(problems: ReadProblem[], { progress }: Window): SourceBatch {
  return { events: [], quiet: noQuiet(), problems, progress: { ...progress } };
}
