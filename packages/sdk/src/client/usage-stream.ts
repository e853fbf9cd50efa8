import { existsSync } from 'node:fs';
import type { Delivery } from '../delivery/delivery.ts';
import { createUsage, type Usage } from '../usage/index.ts';
import { folderOf } from './routes.ts';
import type { Runtime } from './runtime.ts';

/** Usage tracking with a queue of its own, both made at the first use: most programs only log. */
export interface UsageStream {
  /** Throws without a server, and when it was never used before `stop()`. */
  open(): Usage;
  /** Null before the first use. */
  readonly usage: Usage | null;
  /** Null before the first use, where nothing was left by an earlier process. */
  readonly delivery: Delivery | null;
  /** Says goodbye; nothing is made afterwards. */
  stop(): void;
}

export function createUsageStream({ options, time, openStream }: Runtime): UsageStream {
  const { service, revision } = options;
  const folder = folderOf(options, 'usage');
  // What a process that died left there is brought to the server, whether or not this one tracks anything.
  let delivery: Delivery | null = folder !== null && existsSync(folder) ? openStream('usage') : null;
  let usage: Usage | null = null;
  let isStopped = false;
  return {
    open: () => {
      if (usage !== null) return usage;
      if (isStopped) throw new TypeError('usage tracking was never used before stop(), and cannot be afterwards');
      delivery ??= openStream('usage');
      if (delivery === null) throw new TypeError('usage tracking needs "url" and "key" in start()');
      usage = createUsage({ ...options.usage, delivery, time, service, ...(revision !== null && { revision }) });
      return usage;
    },
    get usage() {
      return usage;
    },
    get delivery() {
      return delivery;
    },
    stop: () => {
      isStopped = true;
      usage?.stop();
    },
  };
}
