import type { UsageWindow } from './summary.ts';

/** Equal steps; `from` and `to` lie on them, the last one may reach beyond now. */
export interface TimelineWindow extends UsageWindow {
  stepMs: number;
}

/** Oldest first, one point of each step, empty ones too. */
export interface UsageTimeline {
  stepMs: number;
  points: { at: number; requests: number; errors: number; activeUsers: number; p95Ms: number | null }[];
  /** When a revision was first seen at work. */
  revisions: { at: number; service: string; revision: string }[];
}

export interface UsersRequest extends UsageWindow {
  /** Part of the name, whatever its case; null: all. */
  text: string | null;
  limit: number;
  /** What the page before gave; null: the first. Throws `payload_invalid` for anything else. */
  cursor: string | null;
}

export interface ListedUser {
  user: string;
  totalMinutes: number;
  /** Groups, most used first. */
  features: string[];
  requests: number;
  errors: number;
  /** That touch the window. */
  sessions: number;
  /** Within the window: of their sessions, else of their errors. */
  lastActivity: number;
}

/** In the order of their requests, then of their names. */
export interface UserPage {
  items: ListedUser[];
  nextCursor: string | null;
  /** All that are found. */
  total: number;
}

export interface UserDetail {
  user: string;
  totalMinutes: number;
  requests: number;
  errors: number;
  /** The newest, at most `DETAIL_ROWS`; so with the others. */
  sessions: UserDetailSession[];
  features: { name: string; group: string; count: number; errors: number; lastUsed: number }[];
  recentErrors: UserDetailError[];
}

export interface UserDetailSession {
  id: string;
  service: string;
  start: number;
  end: number | null;
  durationSeconds: number | null;
  lastActivity: number;
  endReason: string | null;
  userAgent: string | null;
  ipAddress: string | null;
}

export interface UserDetailError {
  id: string;
  service: string;
  endpoint: string;
  method: string;
  type: string;
  code: number;
  message: string;
  at: number;
  issueId: string | null;
  requestId: string | null;
}

/** Lists of a user's page. */
export const DETAIL_ROWS = 100;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Up to so many hours, steps of so many ms: between 60 and 190 points, and none finer than what is kept for so long. */
const STEPS: readonly (readonly [hours: number, stepMs: number])[] = [
  [3, MINUTE_MS],
  [12, 5 * MINUTE_MS],
  [48, 15 * MINUTE_MS],
  [168, HOUR_MS],
  [720, 6 * HOUR_MS],
];

/** The steps that cover the last hours up to now. */
export function timelineWindow({
  hours,
  now,
  service,
}: {
  hours: number;
  now: number;
  service: string | null;
}): TimelineWindow {
  const stepMs = STEPS.find(([highest]) => hours <= highest)?.[1] ?? 24 * HOUR_MS;
  const from = Math.floor((now - hours * HOUR_MS) / stepMs) * stepMs;
  return { from, to: Math.ceil(now / stepMs) * stepMs, stepMs, service };
}
