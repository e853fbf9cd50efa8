import type { Delivery } from '../delivery/delivery.ts';
import { misuseCounts } from '../logger/idle-target.ts';
import type { RecordTarget } from '../logger/logger.ts';
import { copyCounters } from '../logger/record-counters.ts';
import type { Redactor } from '../redact/index.ts';
import type { Usage } from '../usage/index.ts';
import { type AuditStream, createAuditStream } from './audit-stream.ts';
import type { OpenSealer } from './open-sealer.ts';
import { createRecordPipeline } from './record-pipeline.ts';
import type { Runtime } from './runtime.ts';
import { type ClientStats, sinkStats, streamStats } from './stats.ts';
import { createUsageStream } from './usage-stream.ts';

/** Everything of one `start()`: the way of records from the loggers to the sinks, and usage beside it. */
export interface RunningClient {
  readonly runtime: Runtime;
  readonly target: RecordTarget;
  readonly audit: AuditStream;
  /** Made at its first use. Throws without a server. */
  usage(): Usage;
  flush(options?: { timeoutMs?: number }): Promise<boolean>;
  /** Tells what is folded, and hands everything to the queues; no record comes afterwards. */
  finish(): void;
  shutdown(options?: { timeoutMs?: number }): Promise<boolean>;
  /** Everything onto disk, synchronously. */
  writeOut(): void;
  stats(): Omit<ClientStats, 'isRunning'>;
}

export interface RunningClientParts {
  runtime: Runtime;
  /** Null: nothing is redacted. */
  redactor: Redactor | null;
  /** Null: nothing is encrypted. */
  sealing: OpenSealer | null;
}

export function createRunningClient({ runtime, redactor, sealing }: RunningClientParts): RunningClient {
  const { options, instance, time } = runtime;
  const startedAt = time.wall();
  const records = createRecordPipeline({ runtime, startedAt, redactor, sealer: sealing?.sealer ?? null });
  const usage = createUsageStream(runtime);
  const audit = createAuditStream({ runtime, redactor, sealer: sealing?.sealer ?? null });
  const streams = (): Delivery[] =>
    [sealing?.keys ?? null, usage.delivery, audit.delivery].filter((delivery) => delivery !== null);
  const deliveries = (): Delivery[] => [...records.routes.map(({ delivery }) => delivery), ...streams()];
  const handOver = ({ tellsFolded }: { tellsFolded: boolean }): void => {
    records.handOver({ tellsFolded });
    usage.usage?.drain();
  };
  return {
    runtime,
    target: records.target,
    audit,
    usage: usage.open,
    flush: async (limits) => {
      handOver({ tellsFolded: false });
      return (await Promise.all(deliveries().map((delivery) => delivery.flush(limits)))).every(Boolean);
    },
    finish: () => {
      handOver({ tellsFolded: true });
      records.stop();
      usage.stop();
      audit.stop();
    },
    shutdown: async (limits) => {
      const all = await Promise.all(deliveries().map((delivery) => delivery.shutdown(limits)));
      sealing?.sealer.close();
      return all.every(Boolean);
    },
    writeOut: () => {
      handOver({ tellsFolded: true });
      audit.checkpoint();
      for (const delivery of deliveries()) delivery.writeOut();
    },
    stats: () => ({
      service: options.service,
      instance,
      startedAt,
      records: copyCounters(records.counters),
      maskedKinds: redactor?.counts() ?? {},
      misuse: misuseCounts(),
      sinks: Object.fromEntries([
        ...records.routes.map((route) => [route.name, sinkStats(route, records.counters.folded)]),
        ...streams().map((delivery) => [delivery.name, streamStats(delivery)]),
      ]),
      timers: records.timers.summaries(),
      usage: usage.usage?.counters() ?? null,
    }),
  };
}
