import { plural } from './plural.ts';

/** The lines on charts: what went live, and what became of fixes. */
export const markers = {
  title: 'Deployments and fixes in this time',
  summary: (count: number) => `${plural(count, 'line', 'lines')} on the chart: deployments and fixes`,
  failed: 'Which deployments and fixes were in this time could not be loaded: the chart shows no lines for them.',
  kind: {
    deployment: 'deployed',
    promotion: 'promoted',
    rollback: 'rolled back',
    'fix verified': 'fix verified',
    'fix recurred': 'seen again after its fix',
    'first seen': 'revision first seen',
  },
  lastDay: 'Errors of the last 24 hours',
  errors: 'Errors',
};
