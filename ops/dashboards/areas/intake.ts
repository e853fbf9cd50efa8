import { CLIENT, type Dashboard, type Panel, panel, quantileOf, RATE, rateOf, selector } from '../dashboard.ts';

const clientRate = (metric: string, by: string) => `sum by (${by}) (rate(${metric}{${CLIENT}}${RATE}))`;
const PROBLEM: Partial<Panel> = {
  kind: 'stat',
  thresholds: [
    { color: 'green', from: null },
    { color: 'red', from: 1 },
  ],
};

const accepted = panel('Events accepted', 'ops', 'Events a second that the intake took.', [
  [rateOf('guardian_events_accepted_total', 'instance'), '{{instance}}'],
]);
const requests = panel('Requests by format and status', 'reqps', 'Requests a second of clients that send events.', [
  [rateOf('guardian_ingest_requests_total', 'format, status'), '{{format}} {{status}}'],
]);
const waiting = panel(
  'Waiting to be stored',
  'short',
  'What is on its way; a queue that only grows is slower than what comes.',
  [
    [selector('guardian_ingest_waiting_requests'), 'requests {{instance}}'],
    [selector('guardian_events_spooled'), 'events in the spool {{instance}}'],
    [selector('guardian_fold_queue'), 'events to be folded {{instance}}'],
  ],
);
const bytesWaiting = panel('Bytes that wait', 'bytes', 'Above ingest.waitingBytes clients are asked to come again.', [
  [selector('guardian_ingest_waiting_bytes'), '{{instance}}'],
]);
const known = panel('Known already', 'ops', 'Repeats a second: harmless, and what a lost answer costs.', [
  [rateOf('guardian_events_duplicate_total', 'instance'), '{{instance}}'],
]);
const problem = panel(
  'Store cannot be written',
  'none',
  '1 while the database refuses: events go to the spool, and are refused once it is full.',
  [[selector('guardian_store_problem'), '{{instance}}']],
  PROBLEM,
);
const refused = panel('Refused before they were read', 'reqps', 'Requests a second by reason: keys, limits, sizes.', [
  [rateOf('guardian_ingest_refused_total', 'format, reason'), '{{format}} {{reason}}'],
]);
const dropped = panel('Left out', 'ops', 'Items a second that were left out, by where they came in and why.', [
  [rateOf('guardian_ingest_dropped_total', 'source, reason'), '{{source}} {{reason}}'],
]);

export const INGEST: Dashboard = {
  name: 'ingest',
  title: 'ingest and search',
  rows: [
    {
      title: 'What comes in',
      panels: [
        panel('Events by source', 'ops', 'Events a second by kind of source; duplicates were known already.', [
          [rateOf('guardian_ingest_events_total', 'source, outcome'), '{{source}} {{outcome}}'],
        ]),
        panel('Lag, p95', 's', 'From what an event tells of until it was stored. Clocks that go wrong show here too.', [
          [quantileOf(0.95, 'guardian_ingest_lag_seconds', 'source'), '{{source}}'],
        ]),
        accepted,
        requests,
        waiting,
        bytesWaiting,
      ],
    },
    {
      title: 'What does not',
      panels: [
        refused,
        dropped,
        problem,
        panel('Refused as a whole', 'ops', 'Requests a second that the intake could not use or had no room for.', [
          [rateOf('guardian_events_refused_total', 'instance'), '{{instance}}'],
        ]),
      ],
    },
    {
      title: 'Search',
      panels: [
        panel('Answered from memory', 'ops', 'Searches a second, with and without the index.', [
          [rateOf('guardian_search_cache_hits_total', ''), 'from memory'],
          [rateOf('guardian_search_cache_misses_total', ''), 'from the index'],
        ]),
        panel('Bytes remembered', 'bytes', 'Answers that are kept.', [
          [selector('guardian_search_cache_bytes'), '{{instance}}'],
        ]),
        panel(
          'Changes that wait for the cluster',
          'short',
          'What searches of the cluster do not see yet; 0 without one.',
          [[`max(${selector('guardian_search_waiting_changes')})`, 'changes']],
        ),
        panel('Calls of the cluster', 'reqps', 'Calls a second, and connections opened for them.', [
          [rateOf('guardian_search_requests_total', ''), 'calls'],
          [rateOf('guardian_search_connections_total', ''), 'connections'],
        ]),
      ],
    },
  ],
};

export const LOGGING: Dashboard = {
  name: 'logging',
  title: 'logging',
  hasClients: true,
  rows: [
    { title: 'Ingest', panels: [accepted, requests, waiting, bytesWaiting, known, problem] },
    {
      title: 'Drops and refusals',
      panels: [
        refused,
        dropped,
        panel('Lost at clients', 'ops', 'Records a second that a client could not keep, or gave up on.', [
          [clientRate('guardian_sdk_dropped_total', 'sink, level, reason'), '{{sink}} {{level}} {{reason}}'],
          [clientRate('guardian_sdk_dead_lettered_total', 'sink, level'), '{{sink}} {{level}} dead letter'],
        ]),
      ],
    },
    {
      title: 'SDK: queue and spill',
      panels: [
        panel('Records waiting', 'short', 'At clients, in memory and on disk.', [
          [`sum by (sink) (guardian_sdk_queue_entries{${CLIENT}})`, '{{sink}} in memory'],
          [`sum by (sink) (guardian_sdk_spill_entries{${CLIENT}})`, '{{sink}} on disk'],
        ]),
        panel('Bytes waiting', 'bytes', 'At clients, in memory and on disk.', [
          [`sum by (sink) (guardian_sdk_queue_bytes{${CLIENT}})`, '{{sink}} in memory'],
          [`sum by (sink) (guardian_sdk_spill_bytes{${CLIENT}})`, '{{sink}} on disk'],
        ]),
        panel('Oldest waiting record', 'ms', 'How far behind the worst client is.', [
          [`max by (sink) (guardian_sdk_oldest_age_ms{${CLIENT}})`, '{{sink}}'],
        ]),
        panel('Records taken and confirmed', 'ops', 'What is taken and never confirmed waits, or was lost.', [
          [clientRate('guardian_sdk_queued_total', 'sink'), '{{sink}} taken'],
          [clientRate('guardian_sdk_sent_total', 'sink'), '{{sink}} confirmed'],
          [clientRate('guardian_sdk_retried_total', 'sink'), '{{sink}} tried again'],
        ]),
        panel('Batch and concurrency', 'short', 'Both grow while what waits does.', [
          [`avg by (sink) (guardian_sdk_batch_entries{${CLIENT}})`, '{{sink}} records of a batch'],
          [`avg by (sink) (guardian_sdk_concurrency{${CLIENT}})`, '{{sink}} requests at once'],
        ]),
        panel('Round trip', 'ms', 'Until a batch is confirmed.', [
          [`avg by (sink) (guardian_sdk_round_trip_ms{${CLIENT}})`, '{{sink}}'],
        ]),
      ],
    },
    {
      title: 'Analytics',
      panels: [
        panel('Events by service', 'ops', 'Events a second of the watched services, over the last 10 s.', [
          [`sum by (service) (${selector('guardian_service_events_per_second')})`, '{{service}}'],
        ]),
        panel('Errors by service', 'ops', 'Those of them that are errors.', [
          [`sum by (service) (${selector('guardian_service_errors_per_second')})`, '{{service}}'],
        ]),
        panel('Issues by state', 'short', 'Issues as they stand.', [
          [`max by (state) (${selector('guardian_issues')})`, '{{state}}'],
        ]),
        panel('Timers, p95', 'ms', 'Operations that clients time themselves.', [
          [`max by (operation) (guardian_sdk_operation_duration_ms{quantile="0.95",${CLIENT}})`, '{{operation}}'],
        ]),
        panel('Requests to the server, p95 by area', 's', 'The time within which 95 % of the requests are answered.', [
          [quantileOf(0.95, 'guardian_http_request_duration_seconds', 'area'), '{{area}}'],
        ]),
        panel('Memory of the server', 'bytes', 'Resident memory of the process.', [
          [selector('process_resident_memory_bytes'), '{{instance}}'],
        ]),
      ],
    },
  ],
};
