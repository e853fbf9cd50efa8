import { startOf, USAGE_STEPS } from './counts.ts';

/** Half-open; epoch ms. */
export interface UsageWindow {
  from: number;
  to: number;
  /** Null: all. */
  service: string | null;
  /** Counts by user are not asked for before: they are forgotten, or about to be. */
  usersFrom?: number;
}

/** Days that rows and counts by user are kept, and errors of users. */
export interface KeptUsage {
  rowDays: number;
  errorDays: number;
}

/**
 * What can be said of a window: where rows of its beginning are no longer kept it begins with the next whole hour, of which there are counts,
 * and its users are those since rows are kept.
 */
export function keptWindow(window: UsageWindow, now: number, { rowDays, errorDays }: KeptUsage): UsageWindow {
  const since = (days: number) => startOf(now - days * USAGE_STEPS.day, 'day');
  const rowsFrom = since(rowDays);
  const isWhole = window.from >= Math.max(rowsFrom, since(errorDays));
  const from = isWhole ? window.from : startOf(window.from + USAGE_STEPS.hour - 1, 'hour');
  return { ...window, from: Math.min(from, window.to), usersFrom: rowsFrom };
}

/** What the store adds up for a window; `summariseUsage` makes the summary of it. */
export interface UsageParts {
  counts: PartCount[];
  /** From here on, where counts by user of the window's beginning are gone; null: of all of it. */
  usersFrom: number | null;
  /** All; with groups only those with the most requests, as many as are listed. */
  users: PartUser[];
  activeUsers: number;
  activeUsersAre: ActiveUsersAre;
  /** The newest errors of each of the users that are listed. */
  errors: { user: string; endpoint: string; error: string; at: number }[];
  missingRecords: number;
  lastRecordAt: number | null;
}

/** `estimated`: by a sketch, of days whose counts by user are gone; `sum of daily uniques`: of pseudonyms under several salts. */
export type ActiveUsersAre = 'exact' | 'estimated' | 'sum of daily uniques';

export interface PartCount {
  feature: string;
  status: number;
  isAnonymous: boolean;
  requests: number;
  errors: number;
  sampled: number;
}

export interface PartUser {
  user: string;
  requests: number;
  errors: number;
  /** Session time within the window, ms. */
  activeMs: number;
  groups: Record<string, number>;
}

export interface SummaryKnobs {
  listedUsers: number;
  listedErrors: number;
  listedFeatures: number;
}

export const DEFAULT_SUMMARY: SummaryKnobs = {
  /** More than anybody reads; what is left out is counted. */
  listedUsers: 1_000,
  listedErrors: 20,
  listedFeatures: 10,
};

/** The summary without its frame (`period`, `meta.timeZone` and so on belong to the edge that shows it). */
export interface SummarisedUsage {
  activeUsers: number;
  activeUsersAre: ActiveUsersAre;
  totalRequests: number;
  totalErrors: number;
  users: {
    user: string;
    totalMinutes: number;
    features: string[];
    requests: number;
    errors: number;
    listedErrors: { endpoint: string; error: string; at: number }[];
  }[];
  topFeatures: { name: string; count: number }[];
  errorBreakdown: Record<string, number>;
  /** Of nobody, or of users whose counts are forgotten. */
  anonymousRequests: number;
  anonymousErrors: number;
  cutUsers: number;
  cutErrors: number;
  isEstimated: boolean;
}

const MINUTE_MS = 60_000;

/**
 * `totalErrors` is the sum of the breakdown and that of users' and anonymous errors; requests likewise: all come from the same counts. Users
 * stand in the order of their requests, then of their names.
 */
export function summariseUsage(
  {
    counts,
    users,
    errors,
    activeUsers,
    activeUsersAre,
    usersFrom,
  }: Omit<UsageParts, 'missingRecords' | 'lastRecordAt'>,
  knobs: SummaryKnobs = DEFAULT_SUMMARY,
): SummarisedUsage {
  const ordered = [...users].sort((a, b) => b.requests - a.requests || (a.user < b.user ? -1 : 1));
  const listed = ordered.slice(0, knobs.listedUsers);
  const errorsOf = Map.groupBy(errors, ({ user }) => user);
  const shown = listed.map(({ user, requests, errors: count, activeMs, groups }) => ({
    user,
    totalMinutes: Math.floor(activeMs / MINUTE_MS + 0.5),
    features: namesByCount(groups),
    requests,
    errors: count,
    listedErrors: (errorsOf.get(user) ?? [])
      .sort((a, b) => b.at - a.at)
      .slice(0, knobs.listedErrors)
      .map(({ endpoint, error, at }) => ({ endpoint, error, at })),
  }));
  const features = new Map<string, number>();
  const breakdown = new Map<number, number>();
  for (const { feature, status, requests, errors: count } of counts) {
    if (requests > 0) features.set(feature, (features.get(feature) ?? 0) + requests);
    if (count > 0) breakdown.set(status, (breakdown.get(status) ?? 0) + count);
  }
  const totalRequests = sum(counts, ({ requests }) => requests);
  const totalErrors = sum(counts, ({ errors: count }) => count);
  const anonymous = counts.filter(({ isAnonymous }) => isAnonymous);
  const ofNobody =
    usersFrom === null
      ? { requests: sum(anonymous, ({ requests }) => requests), errors: sum(anonymous, ({ errors: count }) => count) }
      : {
          requests: totalRequests - sum(users, ({ requests }) => requests),
          errors: totalErrors - sum(users, ({ errors: count }) => count),
        };
  return {
    activeUsers,
    activeUsersAre,
    totalRequests,
    totalErrors,
    users: shown,
    topFeatures: namesByCount(Object.fromEntries(features))
      .slice(0, knobs.listedFeatures)
      .map((name) => ({ name, count: features.get(name)! })),
    errorBreakdown: Object.fromEntries(
      [...breakdown].sort(([a], [b]) => a - b).map(([code, count]) => [`${code}`, count]),
    ),
    anonymousRequests: ofNobody.requests,
    anonymousErrors: ofNobody.errors,
    cutUsers: ordered.length - listed.length,
    cutErrors: sum(ordered, ({ errors: count }) => count) - sum(shown, ({ listedErrors }) => listedErrors.length),
    isEstimated: counts.some(({ sampled }) => sampled > 0),
  };
}

function namesByCount(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([name]) => name);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
