const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** The week an issue is measured by. */
const HOURS = 7 * DAY_HOURS;

export interface EscalationInput {
  /** Incidents by full hour (epoch ms); hours without any may be absent. */
  hours: readonly { hour: number; incidents: number }[];
  /** The most incidents of one hour older than those; 0 without any. */
  highestEarlierHour: number;
  /** When the issue was first seen, epoch ms. */
  firstSeen: number;
  /** Any instant of the hour that is judged, epoch ms. */
  at: number;
}

/**
 * How many incidents an ignored issue may have in one hour before it escalates, from the 168 full hours before it:
 *
 * ```
 * spike  = w + min(max((avg + 5·std)/avg, 5), 8) · avg      w: the mean in which hours of the same weekday (UTC) weigh 2
 * bursty = max · min(max(2, 5·e^(-0.65·cv)), 5)             cv = std/avg, std of the sample
 * limit  = floor(max(spike, bursty))
 * ```
 *
 * Younger than 7 days: 10 · max, and in its very first hour no limit at all, because nothing is known to compare with. Nothing in the whole
 * week: its highest hour ever. The shape is that of Sentry's "archive until escalating" (https://docs.sentry.io/product/issues/states-triage/escalating-issues/).
 */
export function escalationLimit({ hours, highestEarlierHour, firstSeen, at }: EscalationInput): number {
  const thisHour = Math.floor(at / HOUR_MS) * HOUR_MS;
  const counts = new Array<number>(HOURS).fill(0);
  for (const { hour, incidents } of hours) {
    const index = (hour - thisHour) / HOUR_MS + HOURS;
    if (Number.isInteger(index) && index >= 0 && index < HOURS) counts[index] = incidents;
  }
  const max = Math.max(...counts);
  const isYoung = at - firstSeen < HOURS * HOUR_MS;
  if (isYoung) return max === 0 ? Number.POSITIVE_INFINITY : 10 * max;
  if (max === 0) return highestBefore({ hours, highestEarlierHour }, thisHour);
  return limitOf(counts, thisHour, max);
}

function highestBefore(
  { hours, highestEarlierHour }: Pick<EscalationInput, 'hours' | 'highestEarlierHour'>,
  thisHour: number,
): number {
  return hours.reduce(
    (highest, { hour, incidents }) => (hour < thisHour ? Math.max(highest, incidents) : highest),
    highestEarlierHour,
  );
}

/** The counts ascend in time and end before this hour. */
function limitOf(counts: readonly number[], thisHour: number, max: number): number {
  const average = counts.reduce((sum, count) => sum + count, 0) / HOURS;
  const deviation = Math.sqrt(counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / (HOURS - 1));
  const variation = deviation / average;
  const today = weekdayOf(thisHour);
  let weights = 0;
  let weighted = 0;
  counts.forEach((count, index) => {
    const weight = weekdayOf(thisHour + (index - HOURS) * HOUR_MS) === today ? 2 : 1;
    weights += weight;
    weighted += weight * count;
  });
  const spike = weighted / weights + Math.min(Math.max((average + 5 * deviation) / average, 5), 8) * average;
  const bursty = max * Math.min(Math.max(2, 5 * Math.exp(-0.65 * variation)), 5);
  return Math.floor(Math.max(spike, bursty));
}

function weekdayOf(time: number): number {
  return new Date(time).getUTCDay();
}
