import { z } from 'zod';
import { instant } from './shared.ts';

const status = z.enum(['OK', 'DEGRADED', 'CRITICAL', 'could not look']);
export type UnifiedStatus = z.infer<typeof status>;

/** What every part says. `nothing yet`: its first time has not come, which counts for nothing. */
const part = z.object({
  id: z.string(),
  name: z.string(),
  project: z.string().nullable(),
  status: z.enum([...status.options, 'nothing yet']),
  /** Why it is not OK; empty when it is. */
  reasons: z.array(z.string()),
  /** What this rests on was made, ended or seen then. */
  lookedAt: instant.nullable(),
  ageMs: z.int().nullable(),
});

const servicePart = part.extend({
  /** The newest, whatever its age; a stale one is shown, and decides nothing. */
  report: z
    .object({
      id: z.string(),
      status,
      from: instant.nullable(),
      to: instant.nullable(),
      errors: z.int(),
      warnings: z.int(),
      isStale: z.boolean(),
    })
    .nullable(),
  errorsLastHour: z.int(),
  openIssues: z.int(),
});

const jobPart = part.extend({
  origin: z.enum(['configuration', 'client', 'guardian']),
  /** The run that this rests on. */
  run: z.object({ id: z.string(), status: z.string() }).nullable(),
  /** Records that failed in that run, as it named them, a hundred at most. */
  findings: z.array(z.string()),
  findingCount: z.int(),
});

const alertPart = part.extend({ type: z.string(), severity: z.enum(['info', 'warning', 'error', 'critical']) });

/** Guardian's own: a part that stands still, mails that do not leave, a section that could not be read. */
const ownPart = part.extend({ remedy: z.string().nullable() });

/** Calls of one model within the last 24 hours, as they were counted on the node that answers. */
const modelCost = z.object({
  name: z.string(),
  calls: z.int(),
  failures: z.int(),
  promptTokens: z.int(),
  completionTokens: z.int(),
  /** Null: no price is known. */
  costUsd: z.number().nullable(),
});

/** The reports of all services, the state of all jobs, the alerts that are open and Guardian's own checks, as one. */
export const unifiedReport = z.object({
  schema: z.literal('guardian.unified/1'),
  madeAt: instant,
  /** The worst: CRITICAL, DEGRADED, could not look, OK. Never OK where a part could not be looked at, or nothing is watched. */
  status,
  /** Parts that could not be looked at. */
  gaps: z.int(),
  /** Of the parts that made it so, and of the gaps; 20 at most. */
  reasons: z.array(z.string()),
  services: z.array(servicePart),
  jobs: z.array(jobPart),
  alerts: z.object({ total: z.int(), items: z.array(alertPart) }),
  guardian: z.array(ownPart),
  models: z.array(modelCost),
});
export type UnifiedReport = z.infer<typeof unifiedReport>;
export type UnifiedPart = z.infer<typeof part>;
export type ServicePart = z.infer<typeof servicePart>;
export type JobPart = z.infer<typeof jobPart>;
export type AlertPart = z.infer<typeof alertPart>;
export type OwnPart = z.infer<typeof ownPart>;
