import { Worker } from 'node:worker_threads';
import { GuardianError, type Worded } from '../../../../../core/shared/index.ts';
import {
  type ConnectionOptions,
  faultOf,
  type Given,
  openConnection,
  type StatementResult,
  type ThreadReply,
  type ThreadRequest,
} from './connection.ts';
import { toStoreError } from './store-error.ts';

/** A connection whoever's thread it is in. Statements are carried out in the order they are given; errors are of the catalogue. */
export interface Executor {
  execute(given: Given): Promise<StatementResult>;
  close(): Promise<void>;
}

/** In the caller's own thread, which each statement blocks. */
export function openOwnConnection(options: ConnectionOptions): Executor {
  const carryOut = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw toStoreError(faultOf(error), options.path);
    }
  };
  const connection = carryOut(() => openConnection(options));
  return {
    execute: async (given) => carryOut(() => connection.execute(given)),
    close: async () => connection.close(),
  };
}

interface Waiting {
  resolve(result: StatementResult): void;
  reject(error: GuardianError): void;
}

/** In a worker thread, so that no statement blocks the caller; a round trip costs about 30 µs. */
export async function openThreadConnection(options: ConnectionOptions): Promise<Executor> {
  const worker = new Worker(new URL('./connection-thread.ts', import.meta.url), {
    name: 'store',
    workerData: options,
    // node:sqlite says at every start that it may change; the pinned release does not.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // It holds statements and rows on their way; without a bound new objects take 16 MB before they are looked through.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let end: GuardianError | null = null;

  const endWith = (reason: Worded) => {
    end ??= new GuardianError('store_unavailable', { path: options.path, reason });
    for (const { reject } of waiting.values()) reject(end);
    waiting.clear();
  };
  worker.on('message', (reply: ThreadReply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('result' in reply) asked?.resolve(reply.result);
    else asked?.reject(toStoreError(reply.fault, options.path));
  });
  worker.on('error', (error) => endWith((m) => m.stores.threadEnded(error.message)));
  worker.on('exit', () => endWith((m) => m.stores.closed));

  const ask = (id: number, send: () => void) =>
    new Promise<StatementResult>((resolve, reject) => {
      if (end) return reject(end);
      waiting.set(id, { resolve, reject });
      send();
    });
  const post = (given: Given | null) => {
    const id = ++lastId;
    return ask(id, () => worker.postMessage({ id, given } satisfies ThreadRequest));
  };

  await ask(0, () => {});
  return {
    execute: post,
    async close() {
      if (end) return;
      const isGone = new Promise((resolve) => worker.once('exit', resolve));
      await post(null);
      await isGone;
    },
  };
}
