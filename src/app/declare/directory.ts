import type { Configuration } from '../../config/index.ts';
import type { Directory, NotifyKnobs, Recipient } from '../../core/notify/index.ts';
import { DEFAULT_NOTIFY_KNOBS, retryWaits } from '../../core/notify/index.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Recipients, routes and rotations of the configuration as the messages know them. */
export function declaredDirectory({
  recipients,
  routes,
  roles,
  timeZone,
  language,
  channels,
}: Configuration): Directory {
  return {
    recipients: Object.entries(recipients).map(([id, given]): Recipient => {
      const { email, slack, webhook, sms, ntfy } = given;
      const { routingKey } = channels.pagerduty;
      const pagerduty = given.pagerduty.length === 0 && routingKey !== null ? [routingKey] : given.pagerduty;
      return {
        id,
        name: given.name ?? id,
        roles: given.roles,
        addresses: { email, slack, webhook, sms, ntfy, pagerduty },
        timeZone: given.timeZone ?? timeZone,
        language: given.language ?? language,
        quietHours: given.quietHours && {
          ...given.quietHours,
          release: given.quietHours.release ?? given.quietHours.to,
        },
      };
    }),
    routes: routes.map(({ name, on, severity, jobs, types, services, labels, to, over }) => ({
      name,
      occasions: on,
      match: { severityAtLeast: severity, jobs, types, services, labels },
      to,
      channels: over,
    })),
    rotations: Object.entries(roles).map(([role, { rotation, every, from }]) => ({
      role,
      members: rotation,
      from: Date.parse(from),
      everyMs: every,
      timeZone,
    })),
  };
}

export function notifyKnobsOf({ notify, channels }: Configuration): NotifyKnobs {
  return {
    ...DEFAULT_NOTIFY_KNOBS,
    coolDownMs: notify.coolDown,
    groupMs: notify.groupFor,
    burst: { messages: notify.burstMessages, windowMs: notify.burstWithin },
    repeatMs: notify.repeat,
    acknowledgeMs: notify.acknowledgedFor,
    escalation: notify.escalation.map(({ after, to, over }) => ({
      afterMs: after,
      to,
      channels: over,
      severityAtLeast: null,
    })),
    undeliveredMs: notify.fallbackAfter,
    fallback: notify.fallback,
    retryWaitsMs: retryWaits(notify.attempts, notify.attemptsWithin),
    attemptMs: Math.max(DEFAULT_NOTIFY_KNOBS.attemptMs, channels.timeoutMs * 2),
    linkMs: notify.linkDays * DAY_MS,
  };
}
