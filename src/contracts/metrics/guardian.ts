import { counter, gauge, open } from './family.ts';

/** Search, usage of the watched applications, and the figures themselves. */
export const GUARDIAN_FAMILIES = {
  guardian_build_info: gauge('1; the version that runs', { version: open() }),
  guardian_search_cache_hits_total: counter('Searches answered from memory'),
  guardian_search_cache_misses_total: counter('Searches that were asked of the index'),
  guardian_search_cache_bytes: gauge('Bytes of remembered answers'),
  guardian_search_waiting_changes: gauge('Changes of events that wait for the search cluster'),
  guardian_search_requests_total: counter('Calls of the search cluster'),
  guardian_search_connections_total: counter('Connections opened to the search cluster'),
  guardian_usage_active_users: gauge('Users of the watched applications in the last hour'),
  guardian_usage_requests: gauge('Requests to the watched applications in the last hour'),
  guardian_usage_errors: gauge('Errors of users of the watched applications in the last hour'),
  guardian_usage_anonymous_requests: gauge('Requests without identity in the last hour'),
  guardian_usage_missing_records: gauge('Records of the last hour that senders numbered and that never came'),
  guardian_usage_waiting_records: gauge('Records that wait to become rows'),
  guardian_usage_last_record_timestamp_seconds: gauge('When the newest usage record of a service is of, Unix time', {
    service: open(),
  }),
  guardian_metrics_cardinality_drops_total: counter(
    'Observations that were counted under "other", since their family holds as many series as it may',
    { family: open() },
  ),
  guardian_metrics_collector_failures_total: counter('Readings of a part that failed; its figures were left out', {
    collector: open(),
  }),
};
