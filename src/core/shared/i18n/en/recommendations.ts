/** Advice has fixed wording: only counts, names that were checked, and places enter it, never the text of an event. */
export const recommendations = {
  /** `KeyError at src/cart.py:88 in total`; each part only when it is known. */
  what: (about: FaultFacts) =>
    [
      about.errorType ?? 'a failure',
      ...(about.place ? [`at ${about.place}`] : []),
      ...(about.functionName ? [`in ${about.functionName}`] : []),
    ].join(' '),
  aboutNoIssue: 'No single issue is meant here.',
  incidents: (count: number) => (count === 1 ? '1 incident' : `${count} incidents`),
  investigate: {
    action: 'Investigate the worst issue now',
    details: (what: string, incidents: string, firstSeen: string, lastSeen: string) =>
      `${incidents} of ${what}, first at ${firstSeen}, last at ${lastSeen}.`,
    signal: {
      OOM: 'The platform ended an instance because its memory limit was exceeded.',
      UNHEALTHY: 'The platform found an instance unhealthy.',
      CRASH: 'An instance exited.',
    },
    affectedRequests: (count: number) =>
      count === 1 ? '1 failed request is its effect.' : `${count} failed requests are its effect.`,
    moreIssues: (count: number) =>
      count === 1 ? '1 more issue has errors in this window.' : `${count} more issues have errors in this window.`,
    noIssue: 'No issue was kept with its details; see the counts and the log samples.',
    startAt: (place: string) =>
      `Start at ${place}: read the failing line and its callers as they are in the running revision.`,
    readCommit: (hash: string) =>
      `Read commit ${hash} first: it ranks highest among the suspects, for the reasons given there.`,
    noCommitLikely: 'No recent commit stands out: look at data, configuration, dependencies and load as well.',
    couldNotLook: 'No commit can be named: compare the running revision with the one before it by hand.',
    reproduce: 'Reproduce it in a test that fails, with the request and the state that the evidence shows.',
    memory: 'Compare memory use over time: a steady climb is a leak, a jump is one large request.',
    health: 'Check that the service listens in time, and what its health check waits for.',
    exit: 'Read the last entries before the exit, and look for a signal or an exit code in them.',
  },
  memory: {
    raise: (mib: number, size: string) => `Raise the memory limit to ${mib} MiB (${size})`,
    assume: (mib: number, size: string) => `Raise the memory limit, by assumption to ${mib} MiB (${size})`,
    findLeak: 'Search for a memory leak',
    numbers: (limitMib: number, usedMib: number) => `The limit was ${limitMib} MiB, ${usedMib} MiB were used.`,
    noNumbers: (mib: number) =>
      `The platform gave no numbers: ${mib} MiB is an assumption. Check the limit in force before you change it, and stay above it.`,
    atLastSize: (mib: number) => `The largest size, ${mib} MiB, is no help any more: more memory cannot be the answer.`,
    leakSteps: [
      'Take a heap profile before and after a hundred requests, and compare what grew.',
      'Look for caches, queues, listeners and global lists without a bound.',
      'Check whether one request loads a whole file or table; read it in parts.',
      'Lower the number of requests that one instance serves at a time.',
    ],
    watch: 'Watch memory use after the change: if it climbs to the new limit too, it is a leak.',
  },
  rollback: {
    action: (revision: string) => `Roll back to ${revision}`,
    actionUnknown: 'Consider a rollback; no former revision is known',
    manyErrors: (count: number, limit: number) => `${count} error incidents, more than ${limit}.`,
    newIssue: (count: number) =>
      count === 1 ? '1 issue is new on the running revision.' : `${count} issues are new on the running revision.`,
    servedBefore: (revision: string) =>
      `${revision} served before the first occurrence and does not show these issues.`,
    noneKnown:
      'No ready former revision without these issues is known that served before the first occurrence. Name the revisions, or choose one yourself.',
    afterwards: 'Keep the failing revision for the analysis; only the traffic moves.',
  },
  commonError: {
    action: (errorType: string) => `Fix the most common error: ${errorType}`,
    actionUnnamed: 'Fix the most common error type',
    details: (count: number, total: number) => `${count} of ${total} error incidents.`,
    guard: 'Write the test that fails first; then fix the cause at the place named, not the symptom at the edge.',
  },
  worstEndpoint: {
    action: (endpoint: string) => `Look at the worst endpoint: ${endpoint}`,
    actionUnnamed: 'Look at the worst endpoint',
    details: (count: number, total: number) => `${count} of ${total} error incidents.`,
    compare: 'Compare a failing request with one that succeeds: input, user, state.',
    contain: 'If it harms others, switch this endpoint off or limit it until the fix is out.',
  },
  degradedErrors: {
    action: 'Fix the errors that made it DEGRADED',
    details: (count: number, limit: number) => `${count} error incidents, more than ${limit}.`,
  },
  degradedWarnings: {
    action: 'Look at the warnings that made it DEGRADED',
    details: (count: number, limit: number) => `${count} warning incidents, more than ${limit}.`,
    sort: 'Decide for each kind: a fault to fix, a limit to raise, or an expected case to log at a lower level.',
  },
  slowEndpoints: {
    action: 'Make the slow endpoints faster',
    details: (count: number, slowestMs: number) =>
      count === 1 ? `1 slow request, ${slowestMs} ms.` : `${count} slow requests, the slowest ${slowestMs} ms.`,
    steps: [
      'Trace one slow request: time in the database, in other services, in own code, and waiting.',
      'Check for one query per row, a missing index, and calls without a time limit.',
      'Check whether instances were starting: a cold start shows in the first request of an instance.',
    ],
  },
  noAction: {
    action: 'No immediate action',
    quiet: 'Nothing in this window asks for action.',
    noEntries: 'The window held no entries: if the service was used, check the filter and that it still logs.',
    listed: (errors: number, warnings: number) =>
      `Within the limits: ${errors === 1 ? '1 error' : `${errors} errors`}, ${warnings === 1 ? '1 warning' : `${warnings} warnings`}; they are listed for when there is time.`,
  },
};

/** What is known of a fault; names that could not be checked are null. */
export interface FaultFacts {
  errorType: string | null;
  /** `file:line`. */
  place: string | null;
  functionName: string | null;
}
