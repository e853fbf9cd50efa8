type Because = Readonly<Record<string, number | undefined>>;

/** What screens and the API say of jobs. */
export const jobs = {
  every: (span: string) => `every ${span}`,
  after: (names: string) => `after ${names}`,
  byHand: 'by hand or by API',
  own: {
    retention: 'Guardian: forgets what is over its time',
    resemblances: 'Guardian: compares issues',
    reports: 'Guardian: reports',
    digest: 'Guardian: daily digest',
    drill: 'Guardian: monthly drill',
    coordination: 'Guardian: learns from runs',
    documents: 'Guardian: documents of changed code',
    failingCalls: 'Guardian: own calls that fail',
  },
  /** Why a change of a parameter is suggested. Shares are in percent. */
  suggestions: {
    'retries.count': ({ failing, rescued, attempts }: Because) =>
      `${failing} % of the runs fail to the end, and the last retry rescues ${rescued} % of the ${attempts} runs that come to it.`,
    timeoutMs: ({ timedOut, ended }: Because) =>
      `${timedOut} % of the runs are ended for taking too long (${ended}), and the durations below the limit say that more time would let many of them end well.`,
    'concurrency.limit': ({ waiting }: Because) =>
      `${waiting} % of the time from ready to end is spent waiting for the other runs of the same key.`,
  },
  /** Why a suggestion is not applied, dismissed or taken back. */
  coordination: {
    suggestion: (id: string) => `suggestion ${id}`,
    already: {
      shown: 'it is not applied',
      applied: 'it is applied already',
      kept: 'it is applied and kept already',
      reverted: 'it is taken back already',
      dismissed: 'it is dismissed already',
    },
    changed: (parameter: string, job: string, from: number) => `${parameter} of ${job} is no longer ${from}`,
    unlisted: (parameter: string, job: string) =>
      `${parameter} of ${job} is not listed in jobEngine.coordination.apply`,
    outside: (to: number, lowest: number, highest: number) => `${to} is not within ${lowest} and ${highest}`,
    measuring: (parameter: string, job: string) =>
      `the effect of ${parameter} of ${job} is being measured: one at a time`,
    decided: 'somebody else has just decided it',
  },
  clientJobsFull: 'no more jobs are made for clients',
  knobs: {
    timeout: 'Time limit',
    overlap: 'When one is open already',
    retries: 'Retries',
    concurrency: 'Shares a lock',
    catchUp: 'Missed ticks',
    onlyIf: 'Only if it succeeded today',
    rule: 'Rule',
  },
  clock: {
    once: 'Its hour comes twice; it runs the first time only.',
    nothing: 'The change of the clock does nothing to it.',
    moved: (count: number) =>
      count === 1
        ? 'One run comes after the hour that is left out.'
        : `${count} runs come after the hour that is left out.`,
    leftOut: (count: number) => (count === 1 ? 'One time does not come.' : `${count} times do not come.`),
    twice: (count: number) => (count === 1 ? 'One time comes twice.' : `${count} times come twice.`),
  },
  likely: {
    failure: (name: string, percent: number, reasons: string[]) =>
      `The next run of ${name} is likely to fail (${percent} %): ${reasons.join('; ')}.`,
    lateness: (name: string, percent: number, reasons: string[]) =>
      `The next run of ${name} is likely to end late (${percent} %): ${reasons.join('; ')}.`,
  },
  signals: {
    lastRun: 'how the last run ended',
    streak: 'several failures in a row',
    recentShare: 'many failures of late',
    usualShare: 'it often fails',
    retries: 'it needed retries',
    durationNearLimit: 'it runs close to its time limit',
    durationDrift: 'it takes longer and longer',
    statsNearLimit: 'its numbers come close to a limit',
    statsDrift: 'its numbers have moved',
    upstream: 'what it depends on failed',
    hour: 'the hour of the day',
    weekday: 'the day of the week',
  },
  health: {
    planner: 'no ticks are planned: the scheduler has stopped',
    runner: 'no runs are taken up: the runner has stopped',
    watchdog: 'nobody looks for missing runs: the watchdog has stopped',
  },
};
