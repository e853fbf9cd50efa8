import { z } from 'zod';
import { severity } from './alerts.ts';
import { instant, pageOf, pageQuery } from './shared.ts';

export const channelKind = z.enum(['email', 'slack', 'webhook', 'sms', 'pagerduty', 'ntfy']);

export const deliveryState = z.enum([
  'pending',
  'held',
  'suppressed',
  'sending',
  'sent',
  'failed',
  'dead',
  'stored',
  'simulated',
]);

/** One message going to one recipient over one channel. */
const deliverySummary = z.object({
  id: z.string(),
  occasion: z.string(),
  severity,
  channel: channelKind,
  recipient: z.string(),
  /** Shortened where it is a secret (webhook addresses, routing keys). */
  address: z.string(),
  route: z.string().nullable(),
  isUnrouted: z.boolean(),
  subject: z.string(),
  /** `sent`: the other side accepted it. `stored`: there is no mail server, it stands in the outbox folder and was NOT sent. `simulated`: the configuration asks that nothing leaves; it was NOT sent. */
  state: deliveryState,
  /** Why it is suppressed or held. */
  reason: z.string().nullable(),
  attempts: z.int(),
  createdAt: instant,
  releaseAt: instant.nullable(),
  sentAt: instant.nullable(),
  nextAttemptAt: instant.nullable(),
  lastError: z.string().nullable(),
  providerId: z.string().nullable(),
  receipt: z.string().nullable(),
  latencyMs: z.number().nullable(),
  about: z.object({ kind: z.string(), id: z.string() }).nullable(),
  fallbackOf: z.string().nullable(),
});
export type DeliverySummary = z.infer<typeof deliverySummary>;

/** What the message says, for people who look at the outbox. `html` is shown in a sandboxed frame only. */
export const deliveryDetail = deliverySummary.extend({
  text: z.string(),
  html: z.string().nullable(),
  tries: z.array(
    z.object({ number: z.int(), at: instant, outcome: z.string(), error: z.string().nullable(), ms: z.number() }),
  ),
});
export type DeliveryDetail = z.infer<typeof deliveryDetail>;

export const deliveryListQuery = z.strictObject({
  ...pageQuery.shape,
  state: z.string().max(200).optional(),
  channel: z.string().max(100).optional(),
  recipient: z.string().max(200).optional(),
  occasion: z.string().max(200).optional(),
  alert: z.string().max(100).optional(),
  run: z.string().max(100).optional(),
});
export const deliveryPage = pageOf(deliverySummary);

export const recipientList = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      roles: z.array(z.string()),
      channels: z.array(z.object({ channel: channelKind, addresses: z.int() })),
      timeZone: z.string(),
      language: z.enum(['en', 'fr']),
      quietHours: z.object({ from: z.string(), to: z.string(), release: z.string() }).nullable(),
    }),
  ),
});

export const routeList = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      on: z.array(z.string()),
      match: z.string(),
      to: z.array(z.string()),
      over: z.array(channelKind),
    }),
  ),
  policy: z.array(z.object({ name: z.string(), value: z.string() })),
});

/** Who would get this? Nothing is sent. */
export const routePreviewRequest = z.strictObject({
  occasion: z.string().max(100),
  severity: severity.default('warning'),
  job: z.string().max(200).nullable().default(null),
  type: z.string().max(200).nullable().default(null),
  service: z.string().max(200).nullable().default(null),
  labels: z.record(z.string(), z.string()).default({}),
  at: z.iso.datetime({ offset: true }).optional(),
});
export const routePreview = z.object({
  isUnrouted: z.boolean(),
  deliveries: z.array(
    z.object({
      recipient: z.string(),
      channel: channelKind,
      address: z.string(),
      route: z.string().nullable(),
      /** `at once`, `held until …`, `suppressed: …` with the reason. */
      decision: z.string(),
      releaseAt: instant.nullable(),
    }),
  ),
  routes: z.array(z.object({ name: z.string(), isMatch: z.boolean(), reason: z.string() })),
});

export const channelList = z.object({
  items: z.array(
    z.object({
      kind: channelKind,
      isConfigured: z.boolean(),
      /** Never a secret: the server's name, the sender, how many webhooks. */
      description: z.string(),
      state: z.enum(['well', 'failing', 'unused', 'unchecked', 'stored', 'simulated']),
      lastSentAt: instant.nullable(),
      failuresInARow: z.int(),
      lastError: z.string().nullable(),
      recipients: z.array(z.string()),
    }),
  ),
});

export const channelTestRequest = z.strictObject({ recipient: z.string().max(200) });
export const channelTestReply = z.object({
  outcome: z.enum(['sent', 'stored', 'simulated', 'failed']),
  detail: z.string(),
  ms: z.number(),
});
