import type { ReadOptions, ReadProblem, Source, SourceBatch } from '../../../core/events/index.ts';
import { GuardianError } from '../../../core/shared/index.ts';
import { followInputs } from './follow.ts';
import { type Input, listInputs, reasonOf } from './list-inputs.ts';
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
  const totalBytes = reading.isFollowing ? null : totalBytesOf(inputs);
  const window: Window = { since, until, signal, progress: { readBytes: 0, totalBytes } };
  const [failure] = failures;
  if (inputs.length === 0) throw nothingFound(reading, failure);
  if (problems.length > 0) yield ofProblems(problems, window);
  if (reading.isFollowing) {
    yield* followInputs(inputs, reading, window);
    return;
  }
  let hasRead = false;
  let firstFailure: GuardianError | null = failure ? unreadable(failure) : null;
  for (const input of inputs) {
    if (signal?.aborted) return;
    try {
      const { isReadable, reason } = yield* readInput(input, reading, window);
      if (isReadable) hasRead = true;
      else firstFailure ??= new GuardianError('source_invalid', { path: input.path, reason });
    } catch (error) {
      const reason = reasonOf(error);
      firstFailure ??= unreadable({ path: input.path, reason, cause: error });
      yield ofProblems([{ kind: 'unreadable', name: input.path, position: '', count: 1, detail: reason }], window);
    }
  }
  if (!hasRead && firstFailure) throw firstFailure;
}

function nothingFound({ paths: [path = ''] }: FileReading, failure: { path: string; reason: string } | undefined) {
  return unreadable(failure ?? { path, reason: 'ENOLOGS' });
}

function unreadable({ path, reason, cause }: { path: string; reason: string; cause?: unknown }): GuardianError {
  return new GuardianError('source_unreadable', { path, reason, cause });
}

function ofProblems(problems: ReadProblem[], { progress }: Window): SourceBatch {
  return { events: [], quiet: noQuiet(), problems, progress: { ...progress } };
}

/** Null where the end of one of them is not known. */
function totalBytesOf(inputs: readonly Input[]): number | null {
  let total = 0;
  for (const { bytes } of inputs) {
    if (bytes === null) return null;
    total += bytes;
  }
  return total;
}
