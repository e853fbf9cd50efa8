import { z } from 'zod';
import { instant } from './shared.ts';

/**
 * `POST /api/runs/exec`: what `guardian exec` tells of the command it wraps, in three phases. Authorisation: Bearer, an ingest key (its project) or an
 * API key that may write. Every phase may come twice, late, and after others of its run were lost: (project, job, clientId) names the run, (run, seq)
 * a piece of output, and what is known already changes nothing.
 */

/** Bytes of text in one `output` request: as JSON it stays below the API's bound of 1 MiB whatever the text is. */
export const EXEC_OUTPUT_BYTES = 128 * 1024;

const named = {
  /** Its name in the project; a job that is not known is made by the first exec: watched, without a schedule. */
  job: z.string().regex(/^[a-z0-9_-]{1,100}$/, { error: 'has other letters than a-z, 0-9, - and _, or more than 100' }),
  /** Made by the wrapper, unique: the run's name before it has an id. */
  clientId: z.string().regex(/^[\w-]{8,64}$/),
  /** By the clock of the wrapper's machine. */
  at: instant,
};

const start = z.strictObject({
  phase: z.literal('start'),
  ...named,
  /** It was told when Guardian could not be reached: the command has run, and nothing is refused. */
  isLate: z.boolean(),
  /** What the command line says; null: what is configured. */
  timeoutMs: z.int().positive().nullable(),
});

const output = z.strictObject({
  phase: z.literal('output'),
  ...named,
  chunks: z
    .array(
      z.strictObject({
        /** Counts up from 1 within the run. */
        seq: z.int().positive(),
        at: instant,
        stream: z.enum(['stdout', 'stderr', 'log']),
        text: z.string().max(EXEC_OUTPUT_BYTES),
      }),
    )
    .max(1_000),
  /** Bytes that were dropped between these and the ones before: more was written than is kept. */
  lostBytes: z.int().nonnegative(),
});

const finish = z.strictObject({
  phase: z.literal('finish'),
  ...named,
  startedAt: instant,
  /** Null: nobody knows. */
  durationMs: z.number().nonnegative().nullable(),
  /**
   * `timeout`: the wrapper ended it. `not-started`: there is no such command, or it may not be executed. `lost`: the wrapper itself was killed, and
   * somebody else found what it left.
   */
  how: z.enum(['exited', 'signalled', 'timeout', 'not-started', 'lost']),
  exitStatus: z.int().min(0).max(255).nullable(),
  /** `SIGSEGV`, … */
  signal: z.string().max(20).nullable(),
  /** The end of standard error, of a command that failed. */
  error: z.string().max(16_384).nullable(),
  /** As JSON no more than 64 KiB. */
  stats: z.record(z.string(), z.unknown()).nullable(),
  recordErrors: z
    .strictObject({
      total: z.int().nonnegative(),
      kept: z.array(z.strictObject({ subject: z.string().max(256), reason: z.string().max(1_000) })).max(100),
    })
    .nullable(),
  warnings: z.array(z.string().max(500)).max(20),
  /** Stats that could not be taken. */
  statsProblem: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('too_large'), bytes: z.int().nullable() }),
      z.strictObject({ kind: z.literal('unreadable'), reason: z.string().max(1_000) }),
    ])
    .nullable(),
});

export const execRequest = z.discriminatedUnion('phase', [start, output, finish]);
export type ExecRequest = z.infer<typeof execRequest>;
export type ExecStart = z.infer<typeof start>;
export type ExecOutput = z.infer<typeof output>;
export type ExecFinish = z.infer<typeof finish>;

/** 200. To `output` and `finish` it is always `recorded`. */
export const execReply = z.discriminatedUnion('decision', [
  z.object({
    decision: z.literal('run'),
    runId: z.string(),
    /** The wrapper ends the command after so long; null: nobody has configured a limit. */
    timeoutMs: z.int().positive().nullable(),
  }),
  /** A run is open and the job's overlap is `skip`: the command must not run. */
  z.object({ decision: z.literal('refused'), inWay: z.string(), inWaySince: instant.nullable() }),
  z.object({ decision: z.literal('recorded'), runId: z.string() }),
]);
export type ExecReply = z.infer<typeof execReply>;
