import { z } from 'zod';
import { channelKind } from '../../contracts/api/notifications.ts';
import { OCCASIONS } from '../../core/shared/index.ts';
import { localTime, name, positive, span } from './pieces.ts';
import { shapes } from './reasons.ts';

const addresses = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((given) =>
    (typeof given === 'string' ? given.split(',') : given).map((one) => one.trim()).filter(Boolean),
  );

const quietHours = z.strictObject({
  from: localTime,
  to: localTime,
  release: localTime.optional().describe('when what was held leaves; default: `to`'),
});

const recipient = z.strictObject({
  name: z.string().min(1).nullable().default(null).describe('null: its id'),
  roles: z.array(name).default([]),
  email: addresses.describe('addresses; EMAIL_<ID> adds more'),
  slack: addresses.describe('webhook addresses; SLACK_WEBHOOK_<ID> adds more'),
  webhook: addresses,
  sms: addresses.describe('+15145550100'),
  pagerduty: addresses.describe('routing keys'),
  ntfy: addresses.describe('topics'),
  timeZone: z.string().nullable().default(null).describe('null: timeZone'),
  language: z.enum(['en', 'fr']).nullable().default(null).describe('null: language'),
  quietHours: quietHours.nullable().default(null).describe('all but critical is held'),
});

export const recipients = z.record(name, recipient).default({}).describe('people and systems, by id');

export const roles = z
  .record(
    name,
    z.strictObject({
      rotation: z.array(name).min(1).describe('recipients who take turns'),
      every: span.prefault('7d').describe('length of a turn'),
      from: z.iso.datetime({ offset: true }).describe('when the first turn began'),
    }),
  )
  .default({})
  .describe('on-call rotations: such a role is one person at a time');

const target = z.string().regex(/^(?:role:)?[a-z0-9][a-z0-9_-]*$/, { error: shapes.recipientOrRole });

export const routes = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(100).describe('what people call it'),
      on: z.array(z.enum(OCCASIONS)).min(1),
      severity: z.enum(['info', 'warning', 'error', 'critical']).nullable().default(null).describe('at least'),
      jobs: z.array(z.string()).default([]).describe('empty: any; * stands for any text'),
      types: z.array(z.string()).default([]),
      services: z.array(z.string()).default([]),
      labels: z.record(z.string(), z.string()).default({}),
      to: z.array(target).min(1),
      over: z.array(channelKind).min(1),
    }),
  )
  .default([])
  .describe('which occasions go to whom over what; they add up');

export const notify = z.strictObject({
  coolDown: span.prefault('30m').describe('silence about the same thing to the same person'),
  groupFor: span.prefault('5m').describe('after the first, what comes in this time leaves as one'),
  burstMessages: positive
    .default(20)
    .describe('messages to one person over one channel within burstWithin; more become one summary'),
  burstWithin: span.prefault('10m'),
  repeat: span.nullable().prefault('4h').describe('what nobody acknowledged is told again; null: never'),
  acknowledgedFor: span.prefault('4h').describe('then an acknowledgement lapses'),
  escalation: z
    .array(z.strictObject({ after: span, to: z.array(target).min(1), over: z.array(channelKind).min(1) }))
    .default([])
    .describe('steps for what stays unacknowledged'),
  attempts: positive.default(10).describe('of one delivery'),
  attemptsWithin: span.prefault('24h'),
  fallback: z.array(channelKind).default(['sms']).describe('used where a delivery is dead or late, in this order'),
  fallbackAfter: span.prefault('5m'),
  linkDays: positive.default(7).describe('days that a link in a message acknowledges'),
  allowReservedDomains: z
    .boolean()
    .default(false)
    .describe('example.org and the like as addresses: for trying things out'),
  simulate: z.boolean().default(false).describe('nothing leaves; deliveries are marked simulated'),
  deadManUrl: z
    .url()
    .nullable()
    .default(null)
    .describe('pinged while all parts turn; that it stops is noticed outside'),
  deadManEvery: span.prefault('60s'),
  emergency: z
    .strictObject({ over: channelKind, to: z.string().min(1) })
    .nullable()
    .default(null)
    .describe('used directly while the store is down'),
  drill: z.boolean().default(false).describe('a test message over every channel each month'),
});

export const channels = z.strictObject({
  sendgrid: z
    .strictObject({
      apiKey: z.string().nullable().default(null).describe('null: mail goes by SMTP'),
      endpoint: z.url().default('https://api.sendgrid.com'),
    })
    .prefault({}),
  twilio: z
    .strictObject({
      accountSid: z.string().nullable().default(null),
      authToken: z.string().nullable().default(null),
      from: z.string().nullable().default(null).describe('number or messaging service'),
      endpoint: z.url().default('https://api.twilio.com'),
    })
    .prefault({}),
  pagerduty: z
    .strictObject({
      routingKey: z.string().nullable().default(null).describe('for recipients without one of their own'),
      endpoint: z.url().default('https://events.pagerduty.com'),
    })
    .prefault({}),
  ntfy: z
    .strictObject({ server: z.url().default('https://ntfy.sh'), token: z.string().nullable().default(null) })
    .prefault({}),
  webhook: z
    .strictObject({
      secret: z
        .string()
        .min(24)
        .nullable()
        .default(null)
        .describe('signs every call (Standard Webhooks); null: made at the first start and kept'),
    })
    .prefault({}),
  timeoutMs: positive.default(10_000).describe('ms for one attempt'),
});
