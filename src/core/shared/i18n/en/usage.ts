/** What mails, jobs and the terminal say of usage. */
export const usage = {
  job: 'Guardian: report of usage',
  title: 'Usage',
  note: 'Note',
  counters: ({ users, requests, errors }: { users: number; requests: number; errors: number }) =>
    `${users} active user${users === 1 ? '' : 's'} · ${requests} request${requests === 1 ? '' : 's'} · ${errors} error${errors === 1 ? '' : 's'}`,
  anonymous: (requests: number) =>
    `${requests} of the requests ${requests === 1 ? 'was' : 'were'} of nobody who is known`,
  topFeatures: 'Most used',
  topUsers: 'Users with the most requests',
  errorsByCode: 'Errors by code',
  userLine: ({ user, minutes, requests, errors }: UserLine) =>
    `${user}: ${minutes} min · ${requests} request${requests === 1 ? '' : 's'} · ${errors} error${errors === 1 ? '' : 's'}`,
  none: 'none',
  estimated: 'Counts are estimates: some came from sampled spans.',
  missing: (records: number) =>
    `${records} record${records === 1 ? '' : 's'} that senders numbered never came: the counts are too low by that.`,
  nothing: (lastAt: string | null) =>
    lastAt === null
      ? 'No record of usage has ever come.'
      : `No record of usage came in this time; the last one is of ${lastAt}.`,
  unreadable: 'Usage could not be read; this says nothing of whether there was any.',
  codes: (codes: readonly { name: string; count: number }[]) =>
    codes.map(({ name, count }) => `${name}: ${count}`).join(' · '),
  cli: {
    usage:
      'Say what to do: guardian usage export USER [--format json|csv] [--out FILE], or guardian usage erase USER --yes',
    sure: (user: string) =>
      `All that is kept of ${user} would be erased, for good, and their late records refused. Repeat it with --yes.`,
    erased: (user: string) => `Erased: ${user}`,
    rows: (place: string, rows: number) => `  ${place}: ${rows}`,
    verified: 'The name is no longer found in what is stored.',
    unverified: 'The name is STILL FOUND in what is stored:',
    outOfReach: 'Out of reach:',
    written: (path: string) => `Written: ${path}`,
  },
  doctor: {
    last: (service: string, at: string) => `${service}: last record ${at}`,
    none: 'no record of usage has come yet',
  },
};

interface UserLine {
  user: string;
  minutes: number;
  requests: number;
  errors: number;
}
