import { plural } from './plural.ts';

export const overview = {
  sentence: {
    OK: 'Nothing is wrong.',
    DEGRADED: 'Something is wrong.',
    CRITICAL: 'Something is badly wrong.',
    unknown: 'Nothing was received yet, so nothing can be said.',
  },
  sentenceOwn: 'Nothing is wrong with your services, but Guardian itself has trouble.',
  sentenceAlerts: 'Nothing is wrong with your services, but an alert fires.',
  sentenceJobs: 'Nothing is wrong with your services, but a job needs a look.',
  sentenceProject: (project: string) => `Shown is the project ${project} alone.`,
  nothingHere: 'No service of this project was heard yet.',
  services: 'Services',
  openIssues: (count: number) => plural(count, 'open issue', 'open issues'),
  errorsLastHour: (count: number) =>
    count === 0 ? 'no error in the last hour' : `${plural(count, 'error', 'errors')} in the last hour`,
  lastEvent: 'last event',
  newIssues: 'New issues',
  regressedIssues: 'Regressed issues',
  latestReports: 'Latest reports',
  noReports: 'No report was made yet.',
  ownProblems: 'Guardian’s own trouble',
  whatToDo: 'What to do:',
  quiet: 'No new issue, no regressed one, and Guardian itself is well.',
  revision: 'revision',
  jobs: 'Jobs',
  allJobs: (count: number) => `All jobs (${count})`,
  jobsAllWell: 'Every job is as it should be.',
  jobsFail: (count: number) => (count === 1 ? 'A job failed or did not run.' : `${count} jobs failed or did not run.`),
  jobsNeedLook: (count: number) => (count === 1 ? 'A job needs a look.' : `${count} jobs need a look.`),
  jobsAlerts: 'Every job is as it should be, but an alert fires.',
  jobsOwn: 'Every job is as it should be, but Guardian itself has trouble.',
  jobsNoneRan: 'No job has run yet.',
  jobsNext: 'Next:',
  together: {
    title: 'Everything together',
    parts: (services: number, jobs: number) =>
      `${plural(services, 'service', 'services')}, ${plural(jobs, 'job', 'jobs')}`,
    gaps: (count: number) => (count === 1 ? '1 part could not be looked at' : `${count} parts could not be looked at`),
    failed: 'The report over everything could not be read.',
    open: 'The whole report',
  },
  onlyJobs: 'No event was received: what is watched are the jobs alone.',
};

export const welcome = {
  title: 'Send the first event',
  waiting: 'Nothing was received yet. This page goes on by itself when the first event comes.',
  received: 'The first event is here.',
  toOverview: 'To the overview',
  sampleTitle: 'Or look at a sample first',
  sampleText:
    'A ready-made incident of a small shop goes through the same ingest as real events, into a project of its own named “sample”.',
  sample: 'Load the sample incident',
  sampleLoading: 'Loading the sample …',
  sampleWaiting: 'The events are in. Waiting for the issue they make …',
  sampleSlow: 'The events are in, but no issue came of them yet.',
  toIssues: 'Look at the issues',
  noProject: 'There is no project yet.',
};
