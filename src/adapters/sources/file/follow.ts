import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceBatch } from '../../../core/events/index.ts';
import { FollowedFile } from './followed-file.ts';
import { type Input, listInputs, reasonOf } from './list-inputs.ts';
import type { FileReading } from './options.ts';
import { ProblemTally } from './problem-tally.ts';
import { batches, batchOf, readInput, type Window } from './read-input.ts';

/**
 * Reads the inputs, then what is written to them, by looking at them every `pollMs`. A renamed file is read to its end while the new one of its name is
 * followed; a truncated one is read from its start; new files of a named directory are found every `rescanMs`. Compressed files, exports of Cloud Logging
 * and pipes are read once. Ends by the window's signal; lines without an end are given then.
 */
export async function* followInputs(
  inputs: readonly Input[],
  reading: FileReading,
  window: Window,
): AsyncGenerator<SourceBatch> {
  const follower = new Follower(reading, window);
  for (const input of inputs) follower.add(input);
  let nextRescan = reading.limits.rescanMs;
  try {
    while (!window.signal?.aborted) {
      yield* follower.poll();
      await pause(reading.limits.pollMs, window.signal);
      nextRescan -= reading.limits.pollMs;
      if (nextRescan > 0) continue;
      nextRescan = reading.limits.rescanMs;
      const found = await listInputs(reading.paths, reading.limits);
      for (const input of found.inputs) follower.add(input);
    }
    // What was written between the last look and the end.
    yield* follower.poll();
    yield* follower.finish();
  } finally {
    await follower.close();
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  // Aborting ends the wait; the loop sees the signal.
  await sleep(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}

class Follower {
  readonly #reading: FileReading;
  readonly #window: Window;
  readonly #known = new Set<string>();
  readonly #once: Input[] = [];
  #files: FollowedFile[] = [];

  constructor(reading: FileReading, window: Window) {
    this.#reading = reading;
    this.#window = window;
  }

  /** Takes an input that is not known by device and inode, or by its path. */
  add(input: Input): void {
    const path = `path:${input.path}`;
    if (this.#known.has(path) || (input.identity !== null && this.#isFollowed(input.identity))) return;
    this.#known.add(path);
    if (input.kind === 'file') this.#files.push(new FollowedFile(input, this.#reading, this.#window));
    else this.#once.push(input);
  }

  #isFollowed(identity: string): boolean {
    return this.#files.some((file) => file.hasRead(identity));
  }

  async *poll(): AsyncGenerator<SourceBatch> {
    for (const input of this.#once.splice(0)) yield* this.#readOnce(input);
    for (const file of this.#files) {
      const lines = await file.poll();
      for (const part of lines) yield* batches(part, this.#reading, this.#window);
      yield batchOf(file.problems, this.#window);
      if (!file.isStatic) continue;
      await file.close();
      yield* this.#readOnce(file.input);
    }
    this.#files = this.#files.filter((file) => !file.isStatic);
  }

  async *#readOnce(input: Input): AsyncGenerator<SourceBatch> {
    try {
      yield* readInput(input, this.#reading, this.#window);
    } catch (error) {
      const problems = new ProblemTally(input.path);
      problems.add('unreadable', '', reasonOf(error));
      yield batchOf(problems, this.#window);
    }
  }

  async *finish(): AsyncGenerator<SourceBatch> {
    for (const file of this.#files) {
      for (const part of file.finish()) yield* batches(part, this.#reading, this.#window);
      yield batchOf(file.problems, this.#window);
    }
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }
}
