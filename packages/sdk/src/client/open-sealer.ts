import { join } from 'node:path';
import { optionError } from '../check-options.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { SealingOptions } from '../options.ts';
import { createSealer, type Sealer, type WrappedKey } from '../seal/index.ts';
import { folderOf } from './routes.ts';
import type { Runtime } from './runtime.ts';

/** A sealer, and the queue that brings its keys to the server. */
export interface OpenSealer {
  sealer: Sealer;
  /** Null without a server. */
  keys: Delivery | null;
}

const KEY_FILE = 'sealing-keys.ndjson';
const PUBLISHED_WITHIN_MS = 60_000;

/** Rejects with `SealingError` for a key that cannot be used: the program must not start with secrets in clear. */
export async function openSealer(runtime: Runtime, sealing: SealingOptions): Promise<OpenSealer> {
  const { time, tellTrouble, options } = runtime;
  const folder = folderOf(options, 'keys');
  const keyFile = sealing.keyFile ?? (folder === null ? null : join(folder, '..', KEY_FILE));
  if (keyFile === null)
    throw optionError('start: "sealing.keyFile" is missing: without a "folder" there is no place for it');
  const keys = runtime.openStream('keys');
  try {
    const sealer = await createSealer({
      ...sealing,
      keyFile,
      time: { elapsed: () => time.now(), wall: () => time.wall() },
      onTrouble: (line: string) => tellTrouble(line.slice(0, 24), line),
      ...(keys !== null && { publish: (key: WrappedKey) => publish(keys, key, time.now()) }),
    });
    return { sealer, keys };
  } catch (error) {
    await keys?.shutdown({ timeoutMs: 0 });
    throw error;
  }
}

/** Until this resolves, each envelope carries the key: nothing is lost when the server is away. */
async function publish(keys: Delivery, key: WrappedKey, acceptedAt: number): Promise<void> {
  const line = JSON.stringify(key);
  keys.accept(
    { id: key.id, sequence: 0, level: 'fatal', line, bytes: Buffer.byteLength(line), acceptedAt, count: 1 },
    'record',
  );
  if (!(await keys.flush({ timeoutMs: PUBLISHED_WITHIN_MS, keepsAlive: false })))
    throw new Error('the server does not have the key yet');
}
