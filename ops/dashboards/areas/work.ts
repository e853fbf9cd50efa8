import { type Dashboard, panel, quantileOf, rateOf, selector } from '../dashboard.ts';

export const HTTP: Dashboard = {
  name: 'http',
  title: 'HTTP and the process',
  rows: [
    {
      title: 'Requests',
      panels: [
        panel(
          'Requests by class of status',
          'reqps',
          'All requests a second: screens, the API and clients that send events.',
          [[rateOf('guardian_http_requests_total', 'status_class'), '{{status_class}}']],
        ),
        panel(
          'Server errors',
          'percentunit',
          'Share of the requests that failed at the server. Goal: 0; an alert comes above 5 %.',
          [
            [
              `${rateOf('guardian_http_requests_total', '', 'status_class="5xx"')} / ${rateOf('guardian_http_requests_total', '')}`,
              '5xx',
            ],
          ],
          {
            thresholds: [
              { color: 'green', from: null },
              { color: 'red', from: 0.05 },
            ],
          },
        ),
        panel('Busiest routes', 'reqps', 'The ten routes asked most, by method.', [
          [`topk(10, ${rateOf('guardian_http_requests_total', 'method, route')})`, '{{method}} {{route}}'],
        ]),
        panel('Failing routes', 'reqps', 'Routes that answer with 5xx, and how often.', [
          [`topk(10, ${rateOf('guardian_http_requests_total', 'route', 'status_class="5xx"')})`, '{{route}}'],
        ]),
        panel(
          'Time to the answer, p95 by area',
          's',
          'The time within which 95 % of the requests of an area are answered.',
          [[quantileOf(0.95, 'guardian_http_request_duration_seconds', 'area'), '{{area}}']],
        ),
        panel('Screens that listen', 'short', 'Open streams of changes.', [
          [`sum by (instance) (${selector('guardian_change_listeners')})`, '{{instance}}'],
        ]),
      ],
    },
    {
      title: 'The process',
      panels: [
        panel('Memory', 'bytes', 'Resident memory of the process.', [
          [selector('process_resident_memory_bytes'), '{{instance}}'],
        ]),
        panel('Processor', 'percentunit', 'Share of one core.', [
          [`sum by (instance) (rate(${selector('process_cpu_seconds_total')}[$__rate_interval]))`, '{{instance}}'],
        ]),
        panel(
          'Event loop, p99 of its delay',
          's',
          'Above 0.1 s answers feel slow: something computes where it serves.',
          [[selector('nodejs_eventloop_lag_p99_seconds'), '{{instance}}']],
        ),
        panel('Version', 'none', 'What runs, and how many of it.', [
          [`count by (version) (${selector('guardian_build_info')})`, '{{version}}'],
        ]),
        panel(
          'Figures that could not be read',
          'ops',
          'Readings of a part that failed: its figures are missing, the others are there.',
          [[rateOf('guardian_metrics_collector_failures_total', 'collector'), '{{collector}}']],
        ),
        panel('Series counted as other', 'ops', 'Observations a second beyond what a family may hold.', [
          [rateOf('guardian_metrics_cardinality_drops_total', 'family'), '{{family}}'],
        ]),
      ],
    },
  ],
};

export const JOBS: Dashboard = {
  name: 'jobs',
  title: 'jobs and reports',
  rows: [
    {
      title: 'Runs',
      panels: [
        panel('Ended by status', 'ops', 'Runs a second that ended.', [
          [rateOf('guardian_job_runs_total', 'status'), '{{status}}'],
        ]),
        panel(
          'Failed within an hour',
          'short',
          'Runs that ended with an error, ran out of time, or failed for another job’s sake.',
          [
            [
              `sum by (status) (increase(${selector('guardian_job_runs_total', 'status=~"error|timed_out|upstream_failed"')}[1h]))`,
              '{{status}}',
            ],
          ],
        ),
        panel(
          'Jobs that are failing',
          'short',
          'Jobs whose last run failed. Goal: 0.',
          [[`max(${selector('guardian_jobs_failing')})`, 'failing']],
          {
            kind: 'stat',
            thresholds: [
              { color: 'green', from: null },
              { color: 'red', from: 1 },
            ],
          },
        ),
        panel(
          'Waiting and running',
          'short',
          'Runs now; a queue that only grows has too little room or a run that hangs.',
          [[`max by (status) (${selector('guardian_job_runs_active')})`, '{{status}}']],
        ),
        panel('Reports by status', 'ops', 'Reports a second; "could not look" is a source that was away.', [
          [rateOf('guardian_reports_total', 'status'), '{{status}}'],
        ]),
      ],
    },
  ],
};

export const NOTIFICATIONS: Dashboard = {
  name: 'notifications',
  title: 'notifications',
  rows: [
    {
      title: 'Messages on their way',
      panels: [
        panel(
          'Oldest change without its message',
          's',
          'Seconds since something happened of which no message was made. An alert comes after 5 minutes.',
          [[`max by (instance) (${selector('guardian_outbox_oldest_age_seconds')})`, '{{instance}}']],
          {
            thresholds: [
              { color: 'green', from: null },
              { color: 'red', from: 300 },
            ],
          },
        ),
        panel(
          'Most overdue delivery',
          's',
          'Seconds that the delivery which waits longest is overdue. An alert comes after 5 minutes.',
          [[`max by (instance) (${selector('guardian_delivery_oldest_age_seconds')})`, '{{instance}}']],
          {
            thresholds: [
              { color: 'green', from: null },
              { color: 'red', from: 300 },
            ],
          },
        ),
        panel('Outbox', 'short', 'Changes of which messages are still to be made.', [
          [`max(${selector('guardian_outbox_rows')})`, 'changes'],
        ]),
        panel('Deliveries by state', 'short', 'Rows as they stand; "dead" needs a person.', [
          [`max by (state) (${selector('guardian_deliveries')})`, '{{state}}'],
        ]),
        panel('Changes of deliveries', 'ops', 'Deliveries a second by the state they came to.', [
          [rateOf('guardian_delivery_changes_total', 'state'), '{{state}}'],
        ]),
      ],
    },
  ],
};

export const ISSUES: Dashboard = {
  name: 'issues',
  title: 'issues and alerts',
  rows: [
    {
      title: 'Issues',
      panels: [
        panel('By state', 'short', 'Issues as they stand; those merged away count with what they were merged into.', [
          [`max by (state) (${selector('guardian_issues')})`, '{{state}}'],
        ]),
        panel('Opened, regressed, escalated', 'short', 'Issues within an hour, by what happened to them.', [
          [`sum by (action) (increase(${selector('guardian_issue_changes_total')}[1h]))`, '{{action}}'],
        ]),
        panel('Errors by service', 'ops', 'Errors a second of the watched services, over the last 10 s.', [
          [`sum by (service) (${selector('guardian_service_errors_per_second')})`, '{{service}}'],
        ]),
      ],
    },
    {
      title: 'Alerts',
      panels: [
        panel(
          'Firing',
          'short',
          'Alerts that nobody has acknowledged. Goal: 0.',
          [[`max(${selector('guardian_alerts', 'state="firing"')})`, 'firing']],
          {
            kind: 'stat',
            thresholds: [
              { color: 'green', from: null },
              { color: 'red', from: 1 },
            ],
          },
        ),
        panel('By state', 'short', 'Alerts as they stand, without the archive.', [
          [`max by (state) (${selector('guardian_alerts')})`, '{{state}}'],
        ]),
        panel('Changes', 'short', 'Alerts within an hour, by the state they came to.', [
          [`sum by (state) (increase(${selector('guardian_alert_changes_total')}[1h]))`, '{{state}}'],
        ]),
      ],
    },
    {
      title: 'Usage of the watched applications',
      panels: [
        panel('Users within an hour', 'short', 'Different users of the watched applications.', [
          [`max(${selector('guardian_usage_active_users')})`, 'users'],
        ]),
        panel('Requests and errors within an hour', 'short', 'Of users; anonymous ones are those without identity.', [
          [`max(${selector('guardian_usage_requests')})`, 'requests'],
          [`max(${selector('guardian_usage_errors')})`, 'errors'],
          [`max(${selector('guardian_usage_anonymous_requests')})`, 'anonymous'],
        ]),
        panel(
          'Records that are missing or wait',
          'short',
          'Numbered by their sender and never come, or not yet rows.',
          [
            [`max(${selector('guardian_usage_missing_records')})`, 'missing'],
            [`max(${selector('guardian_usage_waiting_records')})`, 'waiting'],
          ],
        ),
        panel('Newest record of each service', 's', 'Seconds since it; a service that nobody uses is old too.', [
          [`time() - max by (service) (${selector('guardian_usage_last_record_timestamp_seconds')})`, '{{service}}'],
        ]),
      ],
    },
  ],
};

export const DEPLOYMENTS: Dashboard = {
  name: 'deployments',
  title: 'deployments',
  rows: [
    {
      title: 'Deployments',
      panels: [
        panel('Ended within a day', 'short', 'Deployments by how they ended.', [
          [`sum by (outcome) (increase(${selector('guardian_deployments_total')}[1d]))`, '{{outcome}}'],
        ]),
        panel('Begun within a day', 'short', 'Deployments that started, by target.', [
          [`sum by (target) (increase(${selector('guardian_deployments_started_total')}[1d]))`, '{{target}}'],
        ]),
        panel('Duration, p95', 's', 'From the start to the end, with every step and its watch.', [
          [quantileOf(0.95, 'guardian_deployment_duration_seconds', 'target'), '{{target}}'],
        ]),
        panel('Checks', 'short', 'Checks of new revisions within a day.', [
          [`sum by (outcome) (increase(${selector('guardian_deployment_checks_total')}[1d]))`, '{{outcome}}'],
        ]),
        panel('Verdicts', 'short', 'Verdicts on new revisions within a day.', [
          [`sum by (verdict) (increase(${selector('guardian_deployment_verdicts_total')}[1d]))`, '{{verdict}}'],
        ]),
        panel('Ways back', 'short', 'Rollbacks within a day: by itself, or by hand.', [
          [`sum by (trigger) (increase(${selector('guardian_deployment_rollbacks_total')}[1d]))`, '{{trigger}}'],
        ]),
        panel('Time of a way back, p95', 's', 'Until all traffic was on the revision before. Goal: below 2 s.', [
          [quantileOf(0.95, 'guardian_deployment_rollback_duration_seconds'), 'p95'],
        ]),
      ],
    },
  ],
};
