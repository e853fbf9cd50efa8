/** Sentences that are part of a report's data: why this status, what the window covers, how long ago, when it is done. */
export const reportFacts = {
  unknownService: 'unknown service',
  status: {
    errorsAbove: (count: number, limit: number) => `${errors(count)}, more than ${limit}`,
    warningsAbove: (count: number, limit: number) => `${warnings(count)}, more than ${limit}`,
    signalsAbove: (count: number, limit: number) => `${signals(count)}, more than ${limit}`,
    errorsWithin: (count: number, limit: number) => `${errors(count)}, not more than ${limit}`,
    warningsWithin: (count: number, limit: number) => `${warnings(count)}, not more than ${limit}`,
    signalsWithin: (count: number, limit: number) => `${signals(count)}, not more than ${limit}`,
    noEntries: 'no entries',
  },
  window: {
    saved: 'A saved file was read to its end; what was left out when it was saved cannot be known.',
    cut: {
      entryLimit: (name: string) => `Reading ${name} stopped at the entry limit; older entries were not read.`,
      timeLimit: (name: string) =>
        `Reading ${name} stopped at the time limit; the entries not yet fetched are missing.`,
      truncatedInput: (name: string) => `${name} ends inside an entry; what followed is missing.`,
      unreadable: (name: string) => `${name} could not be read; its entries are missing.`,
      unreadWarnings: (name: string) =>
        `Failures of ${name} were read whole; of its warnings and slow requests only the newest, up to the entry limit.`,
      unreadRoutes: (name: string) =>
        `${name} served more routes than are read: requests for those that only older entries show may count as noise.`,
      unjudged: (name: string, until: string) =>
        `Entries of ${name} up to ${until} were stored by an older version: of these only the ones at WARNING and above were read.`,
      behind: (name: string, until: string, reason: string) =>
        `${name} ${until === '' ? 'was never read' : `was read up to ${until}`}${reason === '' ? '' : ` (${reason.replace(/\.$/, '')})`}; what it has since is missing.`,
    },
  },
  leftOut: (name: string, count: number, limit: number) =>
    `${name}: ${count} more than the ${limit} listed; all are counted`,
  boundNames: {
    candidates: 'errors and warnings held at once',
    candidateBytes: 'bytes of errors and warnings held at once',
    context: 'log lines kept around failures, the nearest first',
    keys: 'names told apart',
    issues: 'issues told apart',
    rememberedIds: 'entry ids remembered',
    servedRoutes: 'routes remembered as served',
  } as Readonly<Record<string, string>>,
  boundReached: (name: string, limit: number) =>
    `${name}: bound of ${limit} reached; counts hold, details beyond it are missing`,
  relativeTime: {
    justNow: 'just now',
    minutes: (count: number) => (count === 1 ? '1 minute ago' : `${count} minutes ago`),
    hours: (count: number) => (count === 1 ? '1 hour ago' : `${count} hours ago`),
    days: (count: number) => (count === 1 ? '1 day ago' : `${count} days ago`),
    months: (count: number) => (count === 1 ? '1 month ago' : `${count} months ago`),
    years: (count: number) => (count === 1 ? '1 year ago' : `${count} years ago`),
  },
  doneWhen: (hours: number, requests: number, hoursAlone: number | null) =>
    `A test that failed before the fix passes, and this fingerprint stays silent for ${hours} h and ${requests} requests${hoursAlone === null ? '' : ` (${hoursAlone} h where nobody counts requests)`} on a revision that holds the fix.`,
};

function errors(count: number): string {
  return count === 1 ? '1 error' : `${count} errors`;
}

function warnings(count: number): string {
  return count === 1 ? '1 warning' : `${count} warnings`;
}

function signals(count: number): string {
  return count === 1 ? '1 critical signal' : `${count} critical signals`;
}
