import type { Clock } from '../../../core/shared/index.ts';
import type { ExportLimits } from './options.ts';

/** What is asked of the Cloud Logging API, and how. Null selects everything. */
export interface CloudLoggingOptions {
  project: string;
  /** Name of a Cloud Run service or job. */
  service: string | null;
  region: string | null;
  revision: string | null;
  /** More conditions in the logging query language, joined by AND. */
  filter: string | null;
  /** Base address; the default is Google's. */
  endpoint: string;
  /** A bearer token with the scope `logging.read`; asked before every page, so it must cache. */
  getAccessToken: () => Promise<string>;
  sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to 1: spreads the waits. */
  random: () => number;
  clock: Clock;
  limits: ApiLimits;
  exportLimits: Partial<ExportLimits>;
}

export interface ApiLimits {
  pageSize: number;
  maxEntries: number;
  pageTimeoutMs: number;
  attempts: number;
  firstWaitMs: number;
  longestWaitMs: number;
}

export const DEFAULT_ENDPOINT = 'https://logging.googleapis.com';

export const DEFAULT_API_LIMITS: ApiLimits = {
  /** Entries per page: the API's own maximum, since quota counts requests (60 a minute per project). */
  pageSize: 1_000,
  /** Entries read in all: 50 pages; beyond it the report says that it was cut off. */
  maxEntries: 50_000,
  /** Milliseconds for one page, from the request to the end of the answer. */
  pageTimeoutMs: 60_000,
  /** Tries of one page when the API is busy or breaks off. */
  attempts: 5,
  /** Milliseconds before the second try; doubled for each further one and spread by half. */
  firstWaitMs: 500,
  /** Milliseconds of the longest wait, also when the API asks for more. */
  longestWaitMs: 60_000,
};
