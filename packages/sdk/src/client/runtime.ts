import { hostname } from 'node:os';
import { isMainThread, threadId } from 'node:worker_threads';
import { createDelivery } from '../delivery/create-delivery.ts';
import type { Delivery, DeliveryKnobs, DeliveryOptions, DeliveryTime } from '../delivery/delivery.ts';
import { SYSTEM_TIME } from '../delivery/system-time.ts';
import type { CheckedOptions } from '../options.ts';
import { guardianSink } from '../sinks/guardian.ts';
import type { Sink } from '../sinks/sink.ts';
import { createTroubleTeller, type TellTrouble } from '../trouble.ts';
import { folderOf } from './routes.ts';

/** What all parts of one `start()` share. */
export interface Runtime {
  readonly options: CheckedOptions;
  readonly time: DeliveryTime;
  readonly instance: string;
  readonly tellTrouble: TellTrouble;
  readonly onTrouble: (line: string) => void;
  /** The server's sink for a stream; null without a server. */
  serverSink(stream: ServerStream): Sink | null;
  /** A queue of its own for a stream that carries no log records. */
  openStream(stream: Exclude<ServerStream, 'events'>, knobs?: Partial<DeliveryKnobs>): Delivery | null;
}

export type ServerStream = 'events' | 'usage' | 'keys' | 'audit';

export function createRuntime(options: CheckedOptions): Runtime {
  const { url, key, onTrouble: given } = options;
  const time = options.time ?? SYSTEM_TIME;
  const tellTrouble = createTroubleTeller({
    now: () => time.now(),
    ...(given !== null && { write: (line: string) => given(line.trimEnd()) }),
  });
  const onTrouble = given ?? ((line: string): void => void process.stderr.write(`${line}\n`));
  const serverSink = (stream: ServerStream): Sink | null =>
    url === null || key === null
      ? null
      : guardianSink({ url, key, stream, name: stream === 'events' ? 'guardian' : `guardian-${stream}` });
  return {
    options,
    time,
    instance: options.instance ?? defaultInstance(),
    tellTrouble,
    onTrouble,
    serverSink,
    openStream: (stream, knobs) => {
      const sink = serverSink(stream);
      if (sink === null) return null;
      const queue: DeliveryOptions = {
        sink,
        folder: folderOf(options, stream),
        time,
        onTrouble,
        knobs: { ...options.delivery, ...knobs },
        describeDrops: () => null,
      };
      return createDelivery(queue);
    },
  };
}

function defaultInstance(): string {
  const place = `${hostname()}:${process.pid}`;
  return isMainThread ? place : `${place}/${threadId}`;
}
