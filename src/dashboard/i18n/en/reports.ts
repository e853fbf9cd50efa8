import { plural } from './plural.ts';

export const reports = {
  title: 'Reports',
  make: 'Make a report now',
  making: 'Making the report …',
  freshness: 'Over the last',
  freshnesses: { '1h': 'hour', '6h': '6 hours', '24h': '24 hours', '7d': '7 days' },
  status: 'Status',
  emptyTitle: 'No report yet',
  emptyText: 'A report tells the state of a service over a span of time. Make one now, or wait for the schedule.',
  emptyTextViewer:
    'A report tells the state of a service over a span of time. The schedule makes them; members can make one at once.',
  emptyFiltered: 'No report matches these filters.',
  made: 'made',
  stale: 'stale: a newer one should be here',
  errors: (count: number) => plural(count, 'error', 'errors'),
  warnings: (count: number) => plural(count, 'warning', 'warnings'),
  occasion: {
    schedule: 'by schedule',
    critical: 'at once, for a critical issue',
    demand: 'on demand',
    trigger: 'by trigger',
  },
  allServices: 'all services',
  couldNotLook: 'Could not look. This says nothing about the service:',
  downloads: 'Save as',
  download: { html: 'HTML', json: 'JSON', markdown: 'Markdown', text: 'Text' },
  frame: 'The report',
  back: 'All reports',
  bigger: 'Open on its own',
};
