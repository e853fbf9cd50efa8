import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { KeyFile } from './key-file.ts';
import type { KeyWrapper, WrappedKey } from './key-wrapper.ts';
import { KEY_BYTES } from './read-key.ts';

/**
 * The data key in use, and the next one.
 *
 * A key serves `rotateAfterMs` or `rotateAfterUses`, whichever ends first. From half of that on the next one is prepared: made, wrapped,
 * appended to the key file and synced, and only then ready; the change itself waits for nobody. When no next key is ready at the end
 * (the wrapping service is away, the disk is full), the old one serves at most one more period, then none: sealing fails closed. A
 * failed preparation is tried again after `retryAfterMs`, whenever somebody asks.
 */
export interface KeyRing {
  /** The key for one record; null: none may be used. Counts the use. */
  take(): DataKey | null;
  counters(): KeyRingCounters;
  close(): void;
}

export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
  readonly wrapped: WrappedKey;
  /** The server confirmed that it has it. */
  isPublished: boolean;
}

export interface KeyRingCounters {
  /** Keys taken into use. */
  rotations: number;
  failedRotations: number;
  /** Uses of the key in use. */
  uses: number;
}

export interface KeyRingOptions {
  wrapper: KeyWrapper;
  file: KeyFile;
  /** Resolves once the server has the key; after a rejection it is asked again. Null: there is no server. */
  publish: ((key: WrappedKey) => Promise<void>) | null;
  rotateAfterMs: number;
  rotateAfterUses: number;
  retryAfterMs: number;
  time: SealingTime;
  onTrouble(line: string): void;
}

export interface SealingTime {
  /** Monotonic ms: an age that a clock set anew does not change. */
  elapsed(): number;
  /** Epoch ms. */
  wall(): number;
}

interface InUse {
  data: DataKey;
  since: number;
  uses: number;
}

/** The first key is durable when this resolves. Throws `SealingError`. */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { rotateAfterMs, rotateAfterUses, retryAfterMs, time } = options;
  let current: InUse | null = { data: await makeKey(options), since: time.elapsed(), uses: 0 };
  let next: DataKey | null = null;
  let isPreparing = false;
  let notBefore = Number.NEGATIVE_INFINITY;
  let publishAgainAt = Number.POSITIVE_INFINITY;
  const counters = { rotations: 1, failedRotations: 0 };
  publish(current.data);

  return {
    take() {
      if (current === null) return null;
      if (periodsUsed(current) >= 1) rotate();
      else if (periodsUsed(current) >= 0.5) prepare();
      if (periodsUsed(current) >= 2) return null;
      if (!current.data.isPublished && time.elapsed() >= publishAgainAt) publish(current.data);
      current.uses++;
      return current.data;
    },
    counters: () => ({ ...counters, uses: current?.uses ?? 0 }),
    close() {
      current = null;
      next = null;
    },
  };

  function periodsUsed({ since, uses }: InUse): number {
    return Math.max(uses / rotateAfterUses, (time.elapsed() - since) / rotateAfterMs);
  }

  function rotate(): void {
    if (next === null) prepareNow();
    if (next === null || current === null) return;
    current = { data: next, since: time.elapsed(), uses: 0 };
    next = null;
    counters.rotations++;
  }

  /** Without waiting where the wrapper can: a burst within one turn must not use a key beyond its uses. */
  function prepareNow(): void {
    const { wrapper } = options;
    if (!wrapper.wrapNow) prepare();
    if (!wrapper.wrapNow || time.elapsed() < notBefore) return;
    try {
      const { id, bytes } = newKey();
      ready(keep(options, id, bytes, wrapper.wrapNow(bytes, id)));
    } catch (thrown) {
      failed(thrown);
    }
  }

  function prepare(): void {
    if (next !== null || isPreparing || time.elapsed() < notBefore) return;
    isPreparing = true;
    makeKey(options)
      .then(ready, failed)
      .finally(() => {
        isPreparing = false;
      });
  }

  function ready(made: DataKey): void {
    if (current === null || next !== null) return;
    next = made;
    publish(made);
  }

  function failed(thrown: unknown): void {
    counters.failedRotations++;
    notBefore = time.elapsed() + retryAfterMs;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    options.onTrouble(
      `the next key for sealing could not be made, the old one serves at most one more period: ${reason}`,
    );
  }

  function publish(data: DataKey): void {
    publishAgainAt = Number.POSITIVE_INFINITY;
    options
      .publish?.(data.wrapped)
      .then(() => {
        data.isPublished = true;
      })
      .catch((thrown: unknown) => {
        publishAgainAt = time.elapsed() + retryAfterMs;
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        options.onTrouble(`the server did not take the wrapped key, which goes with the records instead: ${reason}`);
      });
  }
}

function newKey(): { id: string; bytes: Buffer } {
  return { id: randomBytes(16).toString('hex'), bytes: randomBytes(KEY_BYTES) };
}

async function makeKey(options: KeyRingOptions): Promise<DataKey> {
  const { id, bytes } = newKey();
  return keep(options, id, bytes, await options.wrapper.wrap(bytes, id));
}

/** Durable before anybody can use it. */
function keep({ file, wrapper, time }: KeyRingOptions, id: string, bytes: Buffer, wrappedBytes: Uint8Array): DataKey {
  const wrapped: WrappedKey = {
    version: 1,
    id,
    wrappedBy: wrapper.id,
    wrapped: Buffer.from(wrappedBytes).toString('hex'),
    createdAt: new Date(time.wall()).toISOString(),
  };
  file.append(wrapped);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { id, key, wrapped, isPublished: false };
}
