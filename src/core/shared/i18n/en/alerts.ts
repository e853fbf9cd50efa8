import { type OwnSentenceFacts, ownSentence } from '../own-sentence.ts';

/** What alerts say of themselves. */
export const alerts = {
  unknown: 'unknown',
  number,
  valueOf: (value: number | null, unit: string | null) => {
    if (value === null) return 'unknown';
    const ms = unit === 'ms' ? value : unit === 's' ? value * 1_000 : 0;
    if (ms >= MINUTE_MS) return spanOf(ms, UNITS);
    if (unit === 'ms' && ms >= 1_000) return `${number(ms / 1_000)} s`;
    return unit === null ? number(value) : `${number(value)} ${unit}`;
  },
  bound: (is: 'below' | 'above' | 'from' | 'up-to', value: string) =>
    ({ below: `below ${value}`, above: `above ${value}`, from: `${value} or more`, 'up-to': `${value} or less` })[is],
  anyOf: (bounds: readonly string[]) => bounds.join(' or '),
  /** A rule's own sentence. */
  filled: (template: string, facts: OwnSentenceFacts) => ownSentence(template, facts, 'unknown'),
  measured: ({ measurement, subject, value, threshold }: Measured) =>
    `${measurement} of ${subject} is ${value} (limit: ${threshold})`,
  changed: ({ measurement, subject, change, within, threshold }: Changed) =>
    `${measurement} of ${subject} changed by ${change} within ${within} (limit: ${threshold})`,
  silent: ({ measurement, subject, since, after }: Silent) =>
    `No ${measurement} of ${subject} came for ${since} (limit: ${after})`,
  unmeasured: ({ measurement, subject }: { measurement: string; subject: string }) =>
    `${measurement} of ${subject} could not be measured`,
  otherUnit: ({ measurement, subject, unit, expected }: OtherUnit) =>
    `${measurement} of ${subject} came in ${unit}, the rule is in ${expected}`,
  noReference: ({ measurement, subject, within }: { measurement: string; subject: string; within: string }) =>
    `${measurement} of ${subject} has no earlier value within ${within} to compare with`,
  written: ({ subject, clause }: { subject: string; clause: string }) => `${subject}: “${clause}”`,
  putRight: ({ subject, clause }: { subject: string; clause: string }) => `${subject}: put right, “${clause}”`,
  issueCount: ({ of, title, value, within }: IssueCount) =>
    `${value} ${{ incidents: 'incidents', events: 'events', users: 'users touched' }[of]} within ${within}: ${title}`,
  issueRegressed: (title: string) => `Came back after it was resolved: ${title}`,
  issueOpened: (title: string) => `New: ${title}`,
  errorRate: ({ service, value, errors, requests, within, threshold }: ErrorRate) =>
    `${value} of the requests to ${service} failed within ${within}: ${errors} of ${requests} (limit: ${threshold})`,
  errorsOfUser: ({ user, errors, within, service, endpoint }: ErrorsOfUser) =>
    `${user} had ${errors} errors within ${within}; the last at ${endpoint} of ${service}`,
  errorsOfService: ({ service, value, of, within, isLate }: ErrorsOfService) =>
    `${isLate ? 'Late: ' : ''}${value} ${of === 'errors' ? 'error' : 'critical'} records of ${service} within ${within}`,
  unsealed: ({ service, value, within, reasons }: Unsealed) =>
    `${service} could not seal ${value} records within ${within}: they came without those values${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
  unsealedAdvice:
    'Nothing left in clear; the values are lost. no-key: let the client reach its wrapping key, or key service, and make its key file writable. too-large: seal less in one record. unsealable: look at its standard error.',
  jobFailures: ({ job, value, error }: { job: string; value: string; error: string | null }) =>
    `${job} failed ${value} times in a row${error ? `: ${error}` : ''}`,
  jobDuration: ({ job, value, isRunning }: { job: string; value: string; isRunning: boolean }) =>
    isRunning ? `${job} has been running for ${value}` : `${job} took ${value}`,
  jobLateness: ({ job, value, hasStarted }: { job: string; value: string; hasStarted: boolean }) =>
    hasStarted ? `${job} started ${value} late` : `${job} is ${value} late and has not started`,
  jobUnknown: (job: string) => `There is no job ${job}`,
  jobNeverRan: ({ job, since }: { job: string; since: string }) =>
    `${job} has never run; it has been known for ${since}`,
  jobMissedTicks: ({ job, count, isMore, since }: MissedTicks) =>
    count === 1
      ? `${job}: a time at which it was due has no run, for ${since}`
      : `${job}: ${isMore ? 'more than ' : ''}${count} times at which it was due have no run, the first for ${since}`,
  jobNotBegun: ({ job, since }: { job: string; since: string }) =>
    `${job} has never begun; it was first due ${since} ago`,
  jobWatchAdvice:
    'See whether the scheduler turns (/health, guardian doctor) and what the job waits for; run it by hand when it must not wait.',
  jobRecordErrors: ({ job, total, of, first }: { job: string; total: string; of: string; first: string | null }) =>
    `${job}: ${total} of ${of} records failed${first ? `, first ${first}` : ''}`,
  partFails: ({ part, subject, reason }: { part: string; subject: string; reason: string | null }) =>
    `${partNames[part] ?? part} ${subject} does not work${reason ? `: ${reason}` : ''}`,
  partUnknown: ({ part, subject }: { part: string; subject: string }) =>
    `Whether the ${(partNames[part] ?? part).toLowerCase()} ${subject} works could not be seen`,
  cannotLook: ({ rule, subjects, more, reason }: CannotLook) =>
    `Rule ${rule} could not look${subjects.length > 0 ? ` at ${subjects.join(', ')}${more > 0 ? ` and ${more} more` : ''}` : ''}${reason ? `: ${reason}` : ''}`,
  cannotLookAdvice: 'Until it can look again, the rule raises nothing and resolves nothing: look yourself.',
  span: (ms: number) => spanOf(ms, UNITS),
  /** Why what was asked of a rule cannot be done. */
  rules: {
    texts: (rule: string) => `rule ${rule} looks at texts when they come`,
    noTexts: (rule: string) => `rule ${rule} looks at no texts`,
    noValues: (rule: string) => `rule ${rule} looks at no values`,
    neverFired: 'what never fired cannot be resolved',
  },
  nextSend: {
    nothing: 'Nothing more is sent',
    repeat: (until: string) => `Told again at ${until}, unless somebody acknowledges it`,
    escalate: (until: string, step: number) => `Passed on at ${until} (step ${step}), unless somebody acknowledges it`,
    lapse: (until: string, by: string) => `Acknowledged by ${by}; told again from ${until} on if it still holds`,
  },
};

const MINUTE_MS = 60_000;
const UNITS = { day: 'd', hour: 'h', minute: 'min', second: 's' };

/** Counts whole; of what was measured, six digits say enough. */
function number(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
}

interface ErrorsOfService {
  service: string;
  value: string;
  of: 'errors' | 'criticals';
  within: string;
  isLate: boolean;
}

interface Unsealed {
  service: string;
  value: string;
  within: string;
  reasons: readonly string[];
}

const partNames: Record<string, string> = {
  channel: 'Channel',
  'delivery-worker': 'Delivery worker',
  'run-log': 'Log of runs',
  scheduler: 'Scheduler',
  ingest: 'Ingest',
  source: 'Source',
};

/** The two largest units. */
function spanOf(ms: number, names: Record<'day' | 'hour' | 'minute' | 'second', string>): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const parts = [
    [Math.floor(seconds / 86_400), names.day],
    [Math.floor(seconds / 3_600) % 24, names.hour],
    [Math.floor(seconds / 60) % 60, names.minute],
    [seconds % 60, names.second],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return `0 ${names.second}`;
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, name]) => `${amount} ${name}`)
    .join(' ');
}

interface MissedTicks {
  job: string;
  count: number;
  isMore: boolean;
  since: string;
}

interface Measured {
  measurement: string;
  subject: string;
  value: string;
  threshold: string;
}
interface Changed {
  measurement: string;
  subject: string;
  change: string;
  within: string;
  threshold: string;
}
interface Silent {
  measurement: string;
  subject: string;
  since: string;
  after: string;
}
interface OtherUnit {
  measurement: string;
  subject: string;
  unit: string;
  expected: string;
}
interface IssueCount {
  of: 'incidents' | 'events' | 'users';
  title: string;
  value: string;
  within: string;
}
interface ErrorRate {
  service: string;
  value: string;
  errors: number;
  requests: number;
  within: string;
  threshold: string;
}
interface ErrorsOfUser {
  user: string;
  errors: number;
  within: string;
  service: string;
  endpoint: string;
}
interface CannotLook {
  rule: string;
  subjects: string[];
  more: number;
  reason: string | null;
}
