import type { z } from 'zod';
import type { UsageErased, UsageTimeline, UsageUserDetail, usageUserPage } from '../../contracts/api/usage.ts';
import { toInstant } from '../../core/shared/index.ts';
import type { Erasure, UsageTimeline as Timeline, UserDetail, UserPage } from '../../core/usage/index.ts';

/** What the API says of usage. */
export function timelineView({ stepMs, points, revisions }: Timeline): UsageTimeline {
  return {
    stepMs,
    points: points.map(({ at, ...point }) => ({ at: toInstant(at), ...point })),
    revisions: revisions.map(({ at, service, revision }) => ({ at: toInstant(at), service, revision })),
  };
}

export function userPageView({ items, nextCursor, total }: UserPage): z.output<typeof usageUserPage> {
  return {
    items: items.map(({ user, totalMinutes, features, requests, errors, sessions, lastActivity }) => ({
      email: user,
      total_time_minutes: totalMinutes,
      features_used: features,
      requests_count: requests,
      errors_count: errors,
      sessions,
      lastActivity: toInstant(lastActivity),
    })),
    nextCursor,
    total,
  };
}

export function userDetailView(user: UserDetail): UsageUserDetail {
  const { totalMinutes, requests, errors } = user;
  return {
    email: user.user,
    ...{ totalMinutes, requests, errors },
    sessions: user.sessions.map((session) => ({
      id: session.id,
      service: session.service,
      session_start: toInstant(session.start),
      session_end: session.end === null ? null : toInstant(session.end),
      duration_seconds: session.durationSeconds,
      last_activity: toInstant(session.lastActivity),
      end_reason: session.endReason,
      user_agent: session.userAgent,
      ip_address: session.ipAddress,
    })),
    features: user.features.map(({ lastUsed, ...feature }) => ({ ...feature, lastUsed: toInstant(lastUsed) })),
    recentErrors: user.recentErrors.map((error) => ({
      ...{ id: error.id, service: error.service, endpoint: error.endpoint, method: error.method },
      error_type: error.type,
      error_code: error.code,
      error_message: error.message,
      timestamp: toInstant(error.at),
      issue_id: error.issueId,
      request_id: error.requestId,
    })),
  };
}

export function erasedView({ user, rows, isVerified, outOfReach }: Erasure): UsageErased {
  return { user, rows, verified: isVerified, outOfReach };
}
