import { z } from 'zod';
import { name, positive, span } from './pieces.ts';
import { custom, say, shapes } from './reasons.ts';

const severity = z.enum(['info', 'warning', 'error', 'critical']);
const texts = z.array(z.string().min(1)).default([]);

const bound = {
  below: z.number().optional(),
  above: z.number().optional(),
  from: z.number().optional().describe('this or more'),
  upTo: z.number().optional().describe('this or less'),
};

/** Several in one are several bounds: `{ below: 35, above: 70 }` is outside. */
const limits = z.strictObject({
  ...bound,
  clear: z.strictObject(bound).prefault({}).describe('all must hold before it is good again'),
  tiers: z
    .array(z.strictObject({ ...bound, severity }))
    .default([])
    .describe('graver where one of these holds'),
});

const measurement = z.strictObject({
  name: z.string().min(1),
  subjectKind: z.string().nullable().default(null).describe('null: any'),
  labels: z.record(z.string(), z.string()).default({}).describe('only subjects with these'),
  unit: z.string().nullable().default(null).describe('a value in another unit is unknown; null: any'),
  value: limits.optional().describe('the value itself'),
  change: limits
    .extend({ within: span, as: z.enum(['difference', 'percent']).default('difference') })
    .optional()
    .describe('against the oldest value of the time before'),
  silentFor: span.optional().describe('no value came for so long'),
  examples: z
    .strictObject({ match: z.array(z.number()).default([]), noMatch: z.array(z.number()).default([]) })
    .prefault({})
    .describe('run at the start and by guardian alerts test'),
});

const text = z.strictObject({
  subjectKind: z.string().nullable().default(null),
  any: z
    .array(z.string().min(1))
    .min(1)
    .describe('words (humidif* begins so) or /an expression/; one in a clause matches'),
  context: texts.describe('one must stand near it'),
  contextReach: z.enum(['clause', 'sentence', 'text']).default('sentence'),
  unless: texts.describe('one in the same clause: an ordinary reading'),
  resolution: texts.describe('one near it: it has been put right'),
  resolutionReach: z.enum(['clause', 'next']).default('clause'),
  oldest: span.nullable().prefault('7d').describe('older texts raise nothing: old things are no news; null: any age'),
  examples: z
    .strictObject({ match: texts, noMatch: texts })
    .prefault({})
    .describe('run at the start and by guardian alerts test'),
});

const issues = limits.extend({
  of: z.enum(['incidents', 'events', 'users', 'regression', 'opened']),
  within: span.prefault('1h'),
  services: texts,
});

const jobs = limits.extend({
  of: z
    .enum(['failures', 'duration', 'lateness', 'never-ran', 'record-errors'])
    .describe('duration and lateness in ms'),
  jobs: z.array(name).default([]).describe('empty: all'),
  after: span.prefault('1h').describe('never-ran: so long after it was first seen'),
  per: z.string().default('').describe('record-errors: the stats’ field they are a part of'),
});

const usage = limits.extend({
  of: z.enum(['sessions', 'users', 'user-errors']),
  within: span.prefault('1h'),
  services: texts,
});

const rule = z
  .strictObject({
    name,
    type: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{1,63}$/, { error: shapes.alertType })
      .describe('must stand in alertTypes'),
    severity: severity.default('warning'),
    description: z
      .string()
      .nullable()
      .default(null)
      .describe('{subject} {value} {unit} {threshold} {label.NAME} are filled in'),
    advice: z.string().nullable().default(null).describe('what to do'),
    for: span.prefault('0s').describe('it must hold so long'),
    badCount: positive.default(1).describe('looks in a row before it fires'),
    goodCount: positive.default(1).describe('looks in a row before it is over'),
    measurement: measurement.optional(),
    text: text.optional(),
    issues: issues.optional(),
    jobs: jobs.optional(),
    usage: usage.optional(),
  })
  .superRefine((given, context) => {
    const over = (['measurement', 'text', 'issues', 'jobs', 'usage'] as const).filter(
      (kind) => given[kind] !== undefined,
    );
    if (over.length !== 1)
      context.addIssue(custom(say.oneOf('measurement, text, issues, jobs, usage', over.join(', ') || say.none)));
  });

export const rules = z.array(rule).default([]).describe('what raises alerts');

export const alertTypes = z
  .array(z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/))
  .default([])
  .describe('types that rules and posted alerts may have');
