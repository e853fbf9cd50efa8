import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadOptions, ReadProblem, Source, SourceBatch } from '../../../core/events/index.ts';
import { GuardianError, systemClock } from '../../../core/shared/index.ts';
import { applicationDefaultToken } from './access-token.ts';
import { logFilter } from './api-filter.ts';
import { type ApiLimits, type CloudLoggingOptions, DEFAULT_API_LIMITS, DEFAULT_ENDPOINT } from './api-options.ts';
import { asText, type JsonObject } from './json-values.ts';
import { listPage, type Page, PageTimeout } from './list-page.ts';
import { ExportReader } from './read-export.ts';

export type CloudLoggingSourceOptions = { project: string; limits?: Partial<ApiLimits> } & Partial<
  Omit<CloudLoggingOptions, 'project' | 'limits'>
>;

export interface ReceivedWindow extends ReadOptions {
  /** Only what Cloud Logging received from then on (epoch ms), however old it says it is. */
  receivedSince?: number | null;
}

/**
 * The Cloud Logging API as a source: every page of `entries.list`, newest first, up to `limits.maxEntries`. Ending early is told as `entry-limit`
 * or `time-limit`, whose position is the oldest instant covered. Throws the errors of `listPage`.
 */
export function createCloudLoggingSource(
  given: CloudLoggingSourceOptions,
): Source & { read(window: ReceivedWindow): AsyncIterable<SourceBatch> } {
  const options: CloudLoggingOptions = {
    project: given.project,
    service: given.service ?? null,
    region: given.region ?? null,
    revision: given.revision ?? null,
    filter: given.filter ?? null,
    endpoint: given.endpoint ?? DEFAULT_ENDPOINT,
    getAccessToken: given.getAccessToken ?? applicationDefaultToken(given.project),
    sleep: given.sleep ?? ((milliseconds) => sleep(milliseconds)),
    random: given.random ?? Math.random,
    clock: given.clock ?? systemClock,
    limits: { ...DEFAULT_API_LIMITS, ...given.limits },
    exportLimits: given.exportLimits ?? {},
  };
  return { kind: 'cloud-logging', read: (window) => readPages(options, window) };
}

/** What the pages came to so far. */
interface Progress {
  entries: number;
  /** As the API wrote it; `end` before the first entry. */
  oldest: string;
}

async function* readPages(options: CloudLoggingOptions, window: ReceivedWindow): AsyncGenerator<SourceBatch> {
  const name = `projects/${options.project}`;
  const reader = new ExportReader({ name, clock: options.clock, limits: options.exportLimits });
  const { since, until, receivedSince = null } = window;
  const filter = logFilter({ ...options, since, until, receivedSince });
  const progress: Progress = { entries: 0, oldest: 'end' };
  let cut: ReadProblem | null = null;
  for (let pageToken: string | null = null, isFirst = true; isFirst || pageToken !== null; isFirst = false) {
    window.signal?.throwIfAborted();
    const left = options.limits.maxEntries - progress.entries;
    if (left <= 0) {
      cut = cutOff('entry-limit', name, progress, options.limits.maxEntries);
      break;
    }
    const pageSize = Math.min(options.limits.pageSize, left);
    const page = await pageOrTimeout(options, { filter, pageSize, pageToken, signal: window.signal }, progress);
    if (page instanceof PageTimeout) {
      cut = cutOff('time-limit', name, progress, page.afterMs);
      break;
    }
    if (page.nextPageToken !== null && page.nextPageToken === pageToken) {
      throw new GuardianError('source_unavailable', {
        path: 'Cloud Logging',
        reason: ({ sources }) => sources.samePage,
      });
    }
    pageToken = page.nextPageToken;
    const batch = take(reader, page, progress);
    if (batch) yield batch;
  }
  const last = reader.finish();
  yield { ...last, problems: [...last.problems.filter(({ kind }) => kind !== 'empty-input'), ...(cut ? [cut] : [])] };
}

/** A page that does not come in time ends the reading when others came before it; alone it means that nothing could be looked at. */
async function pageOrTimeout(
  options: CloudLoggingOptions,
  request: Parameters<typeof listPage>[1],
  progress: Progress,
): Promise<Page | PageTimeout> {
  try {
    return await listPage(options, request);
  } catch (thrown) {
    if (!(thrown instanceof PageTimeout)) throw thrown;
    if (progress.entries > 0) return thrown;
    throw new GuardianError('source_unavailable', {
      path: 'Cloud Logging',
      reason: ({ sources }) => sources.noWholeAnswer(thrown.afterMs),
      cause: thrown,
    });
  }
}

function take(reader: ExportReader, page: Page, progress: Progress): SourceBatch | null {
  progress.entries += page.entries.length;
  const last: JsonObject | undefined = page.entries.at(-1);
  progress.oldest = asText(last?.timestamp) ?? progress.oldest;
  return reader.push(Buffer.from(page.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')));
}

function cutOff(kind: 'entry-limit' | 'time-limit', name: string, progress: Progress, limit: number): ReadProblem {
  return { kind, name, position: progress.oldest, count: 1, detail: String(limit) };
}
