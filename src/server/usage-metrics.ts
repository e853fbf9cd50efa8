import { Gauge, type Registry } from 'prom-client';
import type { UsageSummary } from '../contracts/api/usage.ts';
import type { UsageControl } from './server-options.ts';

const HOUR_MS = 60 * 60_000;
/** Labels of services: whoever has more of them watches them elsewhere. */
const SERVICES = 100;

export interface UsageGaugesOptions {
  registers: Registry[];
  now(): number;
  /** Counts where it is due; a count that fails takes no other with it. */
  counted(name: string, count: () => Promise<void>): Promise<void>;
}

type Gauged = [name: string, help: string, read: (summary: UsageSummary) => number];

const OF_THE_LAST_HOUR: readonly Gauged[] = [
  ['active_users', 'Active users in the last hour', ({ active_users }) => active_users],
  ['requests', 'Requests to the watched applications in the last hour', ({ total_requests }) => total_requests],
  ['errors', 'Errors of their users in the last hour', ({ total_errors }) => total_errors],
  ['anonymous_requests', 'Requests without identity in the last hour', ({ meta }) => meta.anonymousRequests],
  [
    'missing_records',
    'Records of the last hour that senders numbered and that never came',
    ({ meta }) => meta.missingRecords,
  ],
];

/** Usage in numbers: how much is used, what fails, and whether records come at all. Never a user, never an endpoint. */
export function usageGauges(
  usage: Pick<UsageControl, 'summary' | 'lastRecords' | 'waiting'>,
  { registers, now, counted }: UsageGaugesOptions,
): void {
  let reading: Promise<UsageSummary> | null = null;
  /** One for all that are collected together. */
  const summary = () => {
    const to = now();
    reading ??= usage.summary({ from: to - HOUR_MS, to, service: null }).finally(() => {
      reading = null;
    });
    return reading;
  };
  for (const [name, help, read] of OF_THE_LAST_HOUR)
    new Gauge({
      name: `guardian_usage_${name}`,
      help,
      registers,
      collect() {
        return counted(`usage ${name}`, async () => this.set(read(await summary())));
      },
    });
  new Gauge({
    name: 'guardian_usage_waiting_records',
    help: 'Records that wait to become rows',
    registers,
    collect() {
      return counted('usage waiting', async () => this.set(await usage.waiting()));
    },
  });
  new Gauge({
    name: 'guardian_usage_last_record_timestamp_seconds',
    help: 'When the newest record of each service is of',
    labelNames: ['service'],
    registers,
    collect() {
      return counted('usage services', async () => {
        const records = await usage.lastRecords();
        this.reset();
        for (const { service, at } of records.toSorted((a, b) => b.at - a.at).slice(0, SERVICES))
          this.set({ service }, at / 1_000);
      });
    },
  });
}
