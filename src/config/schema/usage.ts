import { z } from 'zod';
import { positive } from './pieces.ts';

export const usage = z.strictObject({
  identity: z
    .enum(['as-sent', 'pseudonym'])
    .default('as-sent')
    .describe('pseudonym: users are kept as keyed hashes whose salt is destroyed; nobody can name them afterwards'),
  saltEvery: z
    .enum(['day', 'week', 'month'])
    .default('day')
    .describe('how long a pseudonym lasts, in UTC; the shorter, the less anybody can put together'),
  sessionTimeoutMinutes: z
    .int()
    .min(1)
    .max(240)
    .default(30)
    .describe('minutes without activity that end a session; analytics everywhere use 30'),
  reportFile: z
    .string()
    .min(1)
    .default('reports/usage_report.json')
    .describe('where the newest summary stands, from the data folder; it names users'),
  alerts: z
    .strictObject({
      errorRatePercent: z
        .number()
        .min(0)
        .max(100)
        .default(10)
        .describe('errors of the requests of a sliding hour, strictly more; without the 401 and 404 of nobody'),
      errorRateRequests: positive.default(20).describe('requests in that hour below which the rate says nothing'),
      userErrors: positive.default(5).describe('errors of one user'),
      userErrorsMinutes: positive.default(10).describe('minutes within which they are too many'),
    })
    .prefault({}),
  spans: z
    .array(z.string().min(1))
    .nullable()
    .default(null)
    .describe(
      'services whose OpenTelemetry SERVER spans count as use; null: all; those that send usage records themselves never do, or they would count twice',
    ),
  trustedSpans: z
    .array(z.string().min(1))
    .default([])
    .describe('services whose spans say who the user is; of others spans count without identity'),
  rowDays: positive.default(90).describe('days that uses, sessions and counts by user are kept'),
  errorDays: positive.default(30).describe('days that errors of users are kept'),
  minuteDays: z.int().min(3).default(7).describe('days that counts by minute are kept'),
  hourDays: z.int().min(31).default(400).describe('days that counts by hour are kept; those by day stay for ever'),
});
