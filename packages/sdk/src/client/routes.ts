import { join } from 'node:path';
import { createDelivery } from '../delivery/create-delivery.ts';
import type { Delivery, DeliveryTime, DropSummary } from '../delivery/delivery.ts';
import type { CheckedOptions, CheckedRoute } from '../options.ts';
import { type Entry, LEVELS } from '../record.ts';

/** One sink with its queue. */
export interface Route {
  readonly name: string;
  /** Of the quietest records it takes. */
  readonly threshold: number;
  /** Durability `record`: what it takes is on disk before the call returns. */
  readonly isWithinCall: boolean;
  readonly delivery: Delivery;
}

export interface RoutesOptions {
  options: CheckedOptions;
  /** Everything that is written to, the server first. */
  sinks: readonly CheckedRoute[];
  time: DeliveryTime;
  onTrouble: (line: string) => void;
  describeDrops: (sink: string, drop: DropSummary) => Entry | null;
}

/** A delivery for every sink, each in a folder of its own under the service's. */
export function createRoutes({ options, sinks, time, onTrouble, describeDrops }: RoutesOptions): Route[] {
  return sinks.map(({ sink, level, delivery }) => {
    // A local sink has no round trip to save: what it gets leaves at once.
    const knobs = { ...options.delivery, ...(sink.isLocal && { flushAfterMs: 0 }), ...delivery };
    return {
      name: sink.name,
      threshold: LEVELS[level],
      isWithinCall: knobs.durability === 'record',
      delivery: createDelivery({
        sink,
        folder: folderOf(options, sink.name),
        time,
        onTrouble,
        knobs,
        describeDrops: (drop) => describeDrops(sink.name, drop),
      }),
    };
  });
}

/** Null without a folder. Names become safe parts of a path; two that look alike afterwards are told apart by their bytes. */
export function folderOf(
  { folder, service }: Pick<CheckedOptions, 'folder' | 'service'>,
  stream: string,
): string | null {
  return folder === null ? null : join(folder, safeName(service), safeName(stream));
}

function safeName(name: string): string {
  const safe = name.replace(/[^\w-]+/g, '_').slice(0, 64);
  return safe === name ? name : `${safe}-${Buffer.from(name).toString('hex').slice(0, 32)}`;
}
