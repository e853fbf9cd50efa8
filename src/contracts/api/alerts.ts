import { z } from 'zod';
import { instant, pageQuery } from './shared.ts';

export const severity = z.enum(['info', 'warning', 'error', 'critical']);
export const alertState = z.enum(['firing', 'acknowledged', 'resolved']);

const labels = z.record(z.string().max(100), z.string().max(500));

const alertSubject = z.object({ kind: z.string(), id: z.string(), name: z.string(), labels });

const alertSummary = z.object({
  id: z.string(),
  number: z.int(),
  project: z.string().nullable(),
  rule: z.string(),
  dedupeKey: z.string(),
  type: z.string(),
  severity,
  state: alertState,
  isArchived: z.boolean(),
  subject: alertSubject,
  /** Null: unknown. */
  value: z.number().nullable(),
  unit: z.string().nullable(),
  /** The value as people read it, in the reader's language: `28.5 %`, `2 h 5 min`, `unknown`; null: it is about none. */
  valueText: z.string().nullable(),
  /** Where these are sentences of Guardian's own, they are in the reader's language. */
  threshold: z.string().nullable(),
  description: z.string(),
  advice: z.string().nullable(),
  firstSeen: instant,
  lastSeen: instant,
  count: z.int(),
  firing: z.int(),
  firingSince: instant,
  acknowledgedBy: z.string().nullable(),
  acknowledgedUntil: instant.nullable(),
  resolvedAt: instant.nullable(),
  resolvedBy: z.string().nullable(),
  notes: z.string().nullable(),
  nextSendAt: instant.nullable(),
  /** When and to whom it is told next, in words of the reader's language; null: nothing more is sent. */
  nextSend: z.string().nullable(),
});
export type AlertSummary = z.infer<typeof alertSummary>;

const alertChange = z.object({
  at: instant,
  by: z.string(),
  action: z.string(),
  from: alertState.nullable(),
  to: alertState,
  firing: z.int(),
  notes: z.string().nullable(),
});

export const alertDetail = alertSummary.extend({
  evidence: z.record(z.string(), z.unknown()).nullable(),
  changes: z.array(alertChange),
  /** Of its subject's series, where a measurement raised it. */
  series: z.array(z.object({ at: instant, value: z.number().nullable() })),
  deliveries: z.array(
    z.object({ id: z.string(), recipient: z.string(), channel: z.string(), state: z.string(), at: instant }),
  ),
});
export type AlertDetail = z.infer<typeof alertDetail>;

export const alertListQuery = z.strictObject({
  ...pageQuery.shape,
  state: z.string().max(100).optional(),
  severity: z.string().max(100).optional(),
  type: z.string().max(200).optional(),
  rule: z.string().max(200).optional(),
  subject: z.string().max(200).optional(),
  project: z.string().max(100).optional(),
  archived: z.enum(['true', 'false']).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  text: z.string().max(200).optional(),
});

export const alertPage = z.object({
  items: z.array(alertSummary),
  nextCursor: z.string().nullable(),
  /** True totals of all that match the other filters. */
  counts: z.object({ firing: z.int(), acknowledged: z.int(), resolved: z.int() }),
});

/** An alert raised by another program. */
export const alertPost = z.strictObject({
  type: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/, { error: 'is not a type such as TOO_DRY' }),
  state: z.enum(['firing', 'resolved']).default('firing'),
  severity: severity.default('warning'),
  subject: z.strictObject({
    kind: z.string().min(1).max(100),
    id: z.string().min(1).max(200),
    name: z.string().max(200).optional(),
    labels: labels.default({}),
  }),
  value: z.number().nullable().optional(),
  unit: z.string().max(50).nullable().optional(),
  threshold: z.string().max(200).nullable().optional(),
  description: z.string().min(1).max(4_000),
  advice: z.string().max(4_000).nullable().optional(),
  evidence: z.record(z.string(), z.unknown()).nullable().optional(),
});
const alertReply = z.object({ id: z.string(), number: z.int(), state: alertState });
/** `resolved` of what never fired is no alert: both are null. */
export const alertPostReply = z.object({ id: z.string().nullable(), number: z.int().nullable(), state: alertState });

export const alertActionRequest = z.strictObject({
  ids: z.array(z.string().max(100)).min(1).max(1_000),
  action: z.enum(['acknowledge', 'resolve', 'reopen', 'archive', 'unarchive', 'note']),
  notes: z.string().max(4_000).optional(),
});
export const alertActionReply = z.object({
  changed: z.array(z.string()),
  /** Not changed, and why. */
  refused: z.array(z.object({ id: z.string(), reason: z.string() })),
  /** Takes the whole action back while nobody has changed the alerts since. */
  undo: z.string().nullable(),
});
export const alertUndoRequest = z.strictObject({ undo: z.string().max(10_000) });

const measurement = z.strictObject({
  name: z.string().min(1).max(200),
  subject: z.strictObject({
    kind: z.string().min(1).max(100).default('subject'),
    id: z.string().min(1).max(200),
    name: z.string().max(200).optional(),
    labels: labels.default({}),
  }),
  /** Null or left out: could not be measured. */
  value: z.number().nullable().default(null),
  unit: z.string().max(50).nullable().default(null),
  at: z.iso.datetime({ offset: true }).optional(),
});
export const measurementPost = z.union([
  measurement,
  z.strictObject({ measurements: z.array(measurement).min(1).max(1_000) }),
]);
export const measurementReply = z.object({ accepted: z.int(), repeated: z.int(), alerts: z.array(alertReply) });

export const textPost = z.strictObject({
  /** The same (id, type) raises once. */
  id: z.string().min(1).max(200),
  text: z.string().min(1).max(100_000),
  subject: z
    .strictObject({
      kind: z.string().min(1).max(100).default('text'),
      id: z.string().min(1).max(200),
      name: z.string().max(200).optional(),
      labels: labels.default({}),
    })
    .optional(),
  at: z.iso.datetime({ offset: true }).optional(),
});
export const textReply = z.object({ isNew: z.boolean(), alerts: z.array(alertReply) });

/** Tries one rule; nothing is written, nobody is told. */
export const ruleTestRequest = z.union([
  z.strictObject({ text: z.string().min(1).max(100_000) }),
  z.strictObject({ value: z.number() }),
]);
/** What was found, and the words or expression that found it; both as they were written. */
const foundClause = z.object({ clause: z.string(), pattern: z.string() });
export const ruleTestReply = z.object({
  type: z.string(),
  /** `none`: the text says nothing of it. */
  condition: z.enum(['bad', 'between', 'good', 'none']),
  severity,
  /** Of texts: what matched, and what said that it was put right. */
  matches: z.array(foundClause),
  resolved: z.array(foundClause),
});

/** What a rule sees now, over the rows that are there; nothing was written, nobody was told. */
export const ruleOutlook = z.object({
  rule: z.string(),
  /** Subjects it sees. */
  observed: z.int(),
  /** Those that call for an alert, gravest first; at most twenty of `badCount`. */
  bad: z.array(
    z.object({
      subject: z.object({
        kind: z.string(),
        id: z.string(),
        name: z.string(),
        labels: z.record(z.string(), z.string()),
      }),
      severity,
      value: z.number().nullable(),
      unit: z.string().nullable(),
      threshold: z.string().nullable(),
      description: z.string(),
      /** An alert of it is there already. */
      isFiring: z.boolean(),
    }),
  ),
  badCount: z.int(),
  /** Those it could not judge. */
  unknown: z.int(),
  /** Why it could not look; null: it could. */
  problem: z.string().nullable(),
});

export const ruleList = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      over: z.enum(['measurement', 'text', 'issues', 'jobs', 'usage', 'events', 'guardian']),
      types: z.array(z.string()),
      description: z.string(),
      firing: z.int(),
      /** Since its last look; null: it has not looked. */
      lastLookAt: instant.nullable(),
      problem: z.string().nullable(),
    }),
  ),
});
