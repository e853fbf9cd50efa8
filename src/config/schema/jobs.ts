import { z } from 'zod';
import { deadline, name, positive, span } from './pieces.ts';
import { custom, say, shapes } from './reasons.ts';

const text = z.string().min(1);

const work = {
  function: z
    .strictObject({
      module: text.describe('path of the module, from the folder the command was started in'),
      export: text.default('default').describe('name of the exported function'),
      input: z.record(z.string(), z.unknown()).nullable().default(null).describe('given to it as it is'),
      heapMib: positive.default(512).describe('MiB its thread may hold'),
    })
    .optional()
    .describe('a TypeScript or JavaScript function, in a thread of its own'),
  shell: z
    .union([
      text,
      z.strictObject({
        command: z
          .union([text, z.array(text).min(1)])
          .describe('one line for the shell, or a program with its arguments'),
        folder: text.nullable().default(null).describe('where it runs; null: the folder the command was started in'),
        environment: z
          .record(z.string(), z.string())
          .default({})
          .describe('what it gets besides PATH, HOME, LANG and TZ'),
      }),
    ])
    .optional()
    .describe('a command, in a process group of its own'),
  http: z
    .union([
      z.url(),
      z.strictObject({
        url: z.url(),
        method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
        headers: z.record(z.string(), z.string()).default({}),
        body: z.string().nullable().default(null),
        status: z
          .array(z.int().min(100).max(599))
          .min(1)
          .default([200, 201, 202, 204])
          .describe('answers that count as success'),
        text: text.nullable().default(null).describe('must be in the answer'),
        slowAfter: span.nullable().default(null).describe('slower answers are a warning'),
      }),
    ])
    .optional()
    .describe('one HTTP call'),
  watched: z
    .strictObject({ grace: span.prefault('5m').describe('late so long after its tick') })
    .optional()
    .describe('runs elsewhere and tells of it: ping address, Sentry check-in, or guardian exec'),
};

const trigger = {
  cron: text.optional().describe('5 or 6 fields'),
  every: span.optional().describe('span between ticks'),
  after: z
    .array(
      z.union([
        name,
        z.strictObject({ job: name, strict: z.boolean().default(false).describe('a warning does not pass') }),
      ]),
    )
    .min(1)
    .optional()
    .describe('jobs it comes after'),
};

const condition = z.strictObject({
  field: text.describe('dotted path into the stats'),
  of: text.nullable().default(null).describe('another path: the ratio of both counts'),
  is: z.enum(['below', 'above', 'equal', 'missing']),
  value: z.number().default(0),
});

const job = z
  .strictObject({
    label: text.nullable().default(null).describe('what people read; null: its name'),
    project: text.nullable().default(null).describe('slug; null: the whole installation’s'),
    ...work,
    ...trigger,
    timeZone: text.nullable().default(null).describe('IANA zone of cron and local times; null: timeZone'),
    dst: z
      .strictObject({
        gap: z.enum(['run-after', 'skip']).default('run-after').describe('fixed times in the hour that is left out'),
        overlap: z.enum(['once', 'both']).default('once').describe('fixed times in the hour that comes twice'),
      })
      .prefault({}),
    anchor: z.iso
      .datetime({ offset: true })
      .nullable()
      .default(null)
      .describe('ticks of `every` are counted from here; null: from when it was first seen'),
    rule: z
      .enum(['all_success', 'all_done', 'one_failed', 'none_failed'])
      .default('all_success')
      .describe('what `after` waits for'),
    onlyIf: z
      .strictObject({ job: name, waitUntil: deadline.describe('then the run is skipped') })
      .nullable()
      .default(null)
      .describe('runs only once that job has succeeded since local midnight'),
    taskType: z
      .enum(['sync', 'report', 'chain', 'backup'])
      .nullable()
      .default(null)
      .describe('shown among the synchronisations too'),
    overlap: z
      .union([z.enum(['skip', 'queue', 'cancel-other', 'allow']), z.strictObject({ queue: positive })])
      .default('skip')
      .describe('when a run of it is open already'),
    concurrency: z
      .union([text, z.strictObject({ key: text, limit: positive.default(1) })])
      .nullable()
      .default(null)
      .describe('shared with the other jobs of that key'),
    retries: z
      .union([
        z.int().min(0).max(100),
        z.strictObject({
          count: z.int().min(0).max(100),
          first: span.prefault('30s').describe('delay before the first'),
          factor: z.number().min(1).default(2),
          longest: span.prefault('15m'),
          jitter: z.number().min(0).max(0.9).default(0.2).describe('part of the delay, to both sides'),
        }),
      ])
      .default(0)
      .describe('attempts after the first; only the last failure is told'),
    timeout: span.optional().describe('then it is ended, for watched jobs the longest run; default: 1h, 30s for http'),
    catchUp: z
      .union([z.enum(['none', 'last']), z.strictObject({ all: z.int().min(1).max(1_000) })])
      .default('last')
      .describe('ticks missed while Guardian was down or the job paused'),
    lookBack: span.prefault('24h').describe('older missed ticks are skipped'),
    mustStartBy: deadline.nullable().default(null).describe('span after the tick or local time; later is told'),
    mustFinishBy: deadline.nullable().default(null),
    failWhen: z.array(condition).default([]).describe('over the stats: makes the run an error'),
    warnWhen: z.array(condition).default([]),
    failureThreshold: positive.default(1).describe('failures in a row before it is told'),
    recoveryThreshold: positive.default(1).describe('successes in a row before it is well again'),
  })
  .superRefine((given, context) => {
    const kinds = (['function', 'shell', 'http', 'watched'] as const).filter((kind) => given[kind] !== undefined);
    if (kinds.length !== 1)
      context.addIssue(custom(say.oneOf('function, shell, http, watched', kinds.join(', ') || say.none)));
    const triggers = (['cron', 'every', 'after'] as const).filter((kind) => given[kind] !== undefined);
    const [first, ...others] = triggers;
    if (first !== undefined && others.length > 0) context.addIssue(custom(say.oneTrigger(first, others.join(', '))));
  });

export const jobs = z.record(name, job).default({}).describe('by name');

export const jobEngine = z
  .strictObject({
    runsAtOnce: positive.default(10).describe('runs of one node at the same time'),
    threads: positive.default(2).describe('threads for functions'),
    heartbeat: span.prefault('3s').describe('a node says so often that its runs go on'),
    lostAfter: span
      .prefault('15s')
      .describe('then its runs are lost: within 30 s of its death, and not while it is only busy'),
    watchdogEvery: span.prefault('30s'),
    missingAfter: span.prefault('60s').describe('a tick without a row is told after that'),
    outputBytes: positive
      .default(10 * 1024 * 1024)
      .describe('bytes kept of what one run writes: the first MiB, then the newest'),
    predictionAlerts: z.boolean().default(false).describe('a run that is likely to fail or end late raises an alert'),
    coordination: z
      .strictObject({
        apply: z
          .array(
            z
              .strictObject({
                job: name,
                parameter: z.enum(['retries.count', 'timeoutMs', 'concurrency.limit']),
                from: z.number().nonnegative().describe('least value'),
                to: z.number().positive().describe('greatest value'),
              })
              .refine(({ from, to }) => from <= to, { error: shapes.fromAboveTo }),
          )
          .default([])
          .describe('parameters that may be changed by what runs teach, one at a time; empty: it is only shown'),
        confidence: z
          .number()
          .min(0.5)
          .max(1)
          .default(0.8)
          .describe('how often suggestions of the kind must have been right before one is applied unasked'),
      })
      .prefault({}),
    outputDays: positive.default(30).describe('days that output is kept'),
    runDays: positive.default(365).describe('days that runs are kept'),
  })
  .superRefine(({ heartbeat, lostAfter }, context) => {
    if (lostAfter < 2 * heartbeat) context.addIssue(custom(say.shapes.twoHeartbeats, ['lostAfter']));
  });
