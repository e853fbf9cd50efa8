import { toInstant } from '../../../core/shared/index.ts';
import type { CloudLoggingOptions } from './api-options.ts';

export type FilterInput = Pick<CloudLoggingOptions, 'service' | 'region' | 'revision' | 'filter'> & {
  since: number | null;
  until: number | null;
  /** When Cloud Logging received it, however old it says it is; null: any time. */
  receivedSince?: number | null;
};

/**
 * The conditions in the logging query language (https://cloud.google.com/logging/docs/view/logging-query-language): Cloud Run services and
 * jobs, unless the caller's own filter names resource types.
 */
export function logFilter({
  service,
  region,
  revision,
  filter,
  since,
  until,
  receivedSince = null,
}: FilterInput): string {
  const conditions: string[] = [];
  if (service !== null) {
    const name = quoted(service);
    conditions.push(
      `((resource.type="cloud_run_revision" AND resource.labels.service_name=${name}) OR (resource.type="cloud_run_job" AND resource.labels.job_name=${name}))`,
    );
  } else if (!filter?.includes('resource.type')) {
    conditions.push('resource.type=("cloud_run_revision" OR "cloud_run_job")');
  }
  if (region !== null) conditions.push(`resource.labels.location=${quoted(region)}`);
  if (revision !== null) conditions.push(`resource.labels.revision_name=${quoted(revision)}`);
  if (since !== null) conditions.push(`timestamp>="${toInstant(since)}"`);
  if (receivedSince !== null) conditions.push(`receiveTimestamp>="${toInstant(receivedSince)}"`);
  if (until !== null) conditions.push(`timestamp<="${toInstant(until)}"`);
  if (filter !== null && filter.trim() !== '') conditions.push(`(${filter.trim()})`);
  return conditions.join(' AND ');
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
