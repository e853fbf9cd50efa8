import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from '../../adapters/store/sql/index.ts';
import * as settings from '../../config/index.ts';
import { type UsageSummary, usageSummary } from '../../contracts/api/usage.ts';
import { type Clock, GuardianError } from '../../core/shared/index.ts';
import type { UsageSummaries } from './summaries.ts';

export interface UsageReportsOptions {
  configuration: settings.Configuration;
  folder: string;
  store: Pick<Store, 'usage' | 'usageReports'>;
  summaries: UsageSummaries;
  clock: Clock;
}

export interface UsageReports {
  /** Where the newest one stands as a file. */
  file: string;
  /** Of the time before the tick; of a run that was asked for, before it was asked. The same window again gives the same result. */
  make(run: { tick: number | null; askedAt: number; signal: AbortSignal }): Promise<UsageSummary>;
  newest(): Promise<UsageSummary | null>;
  /** Writes the file as the store has it now, where there is a file. */
  rewriteFile(): Promise<void>;
}

/** Before its tick. */
const WINDOW_MS = 2 * 60 * 60_000;
/** Records of the last moment are on their way so long: senders flush once a second. */
const SETTLE_MS = 10_000;
/** What is not folded by then is late; the window's rows have it nevertheless. */
const LONGEST_WAIT_MS = 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** Names in the message about it. */
const TOLD_FEATURES = 5;
const TOLD_USERS = 10;

export function openUsageReports({
  configuration,
  folder,
  store,
  summaries,
  clock,
}: UsageReportsOptions): UsageReports {
  const { data } = settings.placesOf(configuration, folder);
  const file = resolve(data, configuration.usage.reportFile);

  async function settle(tick: number, signal: AbortSignal): Promise<void> {
    const early = Math.min(SETTLE_MS, tick + SETTLE_MS - clock.now());
    if (early > 0) await pause(early, undefined, { signal });
    const until = performance.now() + LONGEST_WAIT_MS;
    while ((await store.usage.waiting()) > 0 && performance.now() < until) await pause(200, undefined, { signal });
  }

  async function writeNewest(): Promise<void> {
    const newest = await store.usageReports.newest();
    if (newest !== null) writeWhole(file, `${JSON.stringify(JSON.parse(newest.json), null, 2)}\n`);
  }

  return {
    file,

    async make({ tick, askedAt, signal }) {
      const to = tick ?? askedAt;
      await settle(tick ?? askedAt - SETTLE_MS, signal);
      const window = { from: to - WINDOW_MS, to, service: null };
      const summary = await summaries(window);
      const now = clock.now();
      // Where nobody ever sent a record there is nothing to tell, and no reason to say so every two hours.
      const told = summary.meta.lastRecordAt === null || tick === null ? null : toldOf(summary);
      await store.usageReports.save({ ...window, at: now, json: JSON.stringify(summary) }, told);
      await store.usageReports.forget(now - configuration.usage.rowDays * DAY_MS);
      await writeNewest();
      return summary;
    },

    async newest() {
      const stored = await store.usageReports.newest();
      return stored === null ? null : usageSummary.parse(JSON.parse(stored.json));
    },

    async rewriteFile() {
      if (isThere(file)) await writeNewest();
    },
  };
}

/** What a message about it says: facts, in no language yet. */
function toldOf(summary: UsageSummary): Record<string, unknown> {
  const { period, active_users, total_requests, total_errors, users, top_features, error_breakdown, meta } = summary;
  return {
    period,
    from: Date.parse(meta.start),
    to: Date.parse(meta.end),
    activeUsers: active_users,
    requests: total_requests,
    errors: total_errors,
    anonymousRequests: meta.anonymousRequests,
    missingRecords: meta.missingRecords,
    isEstimated: meta.isEstimated,
    lastRecordAt: meta.lastRecordAt,
    features: top_features.slice(0, TOLD_FEATURES),
    users: users.slice(0, TOLD_USERS).map((user) => ({
      user: user.email,
      minutes: user.total_time_minutes,
      requests: user.requests_count,
      errors: user.errors_count,
    })),
    codes: Object.entries(error_breakdown).map(([name, count]) => ({ name, count })),
  };
}

function isThere(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

/** A reader never sees half a file: written beside, then renamed. It names users, so that others on the machine may not read it. */
function writeWhole(path: string, content: string): void {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(beside, content, { mode: 0o600, flush: true });
    renameSync(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new GuardianError('output_unwritable', { path, reason: (cause as Error).message, cause });
  }
}
