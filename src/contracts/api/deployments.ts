import { z } from 'zod';
import { instant, pageQuery } from './shared.ts';

export const DEPLOYMENT_STATES = [
  'planned',
  'running',
  'holding',
  'watching',
  'promoted',
  'rolling back',
  'rolled back',
  'failed',
] as const;
const deploymentState = z.enum(DEPLOYMENT_STATES);

const verdict = z.enum(['pass', 'suspect', 'fail', 'inconclusive']);

const deploymentCheck = z.object({
  name: z.string(),
  outcome: z.enum(['passed', 'failed', 'could not look', 'not applicable', 'waiting']),
  /** What was seen, with its numbers. */
  detail: z.string(),
  at: instant.nullable(),
});
export type DeploymentCheck = z.infer<typeof deploymentCheck>;

/** One thing the judge compared, new against old at the same time. */
const comparison = z.object({
  measure: z.enum(['errors', 'latency', 'restarts', 'memory', 'issues', 'tests', 'feature']),
  verdict,
  /** `errors`, `tests`: shares, 0 to 1; `latency`: ms; `memory`: bytes; the rest: how many. */
  old: z.number().nullable(),
  new: z.number().nullable(),
  /** Probability that chance alone did it; null: not a test of chance. */
  pValue: z.number().nullable(),
  detail: z.string(),
});

const deploymentStep = z.object({
  /** Share of the traffic, percent. */
  percent: z.number(),
  state: z.enum(['waiting', 'running', 'passed', 'failed', 'skipped']),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  requestsOld: z.int().nullable(),
  requestsNew: z.int().nullable(),
  verdict: verdict.nullable(),
  comparisons: z.array(comparison),
});
export type DeploymentStep = z.infer<typeof deploymentStep>;

/** One setting that would change or has changed; never a value that may be secret. */
const settingDifference = z.object({
  setting: z.string(),
  kind: z.enum(['added', 'changed', 'removed']),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

export const deploymentSummary = z.object({
  id: z.string(),
  service: z.string(),
  target: z.string(),
  buildId: z.int(),
  revision: z.string(),
  previousRevision: z.string().nullable(),
  state: deploymentState,
  /** Percent of the traffic that the new revision has now. */
  traffic: z.number(),
  startedAt: instant,
  endedAt: instant.nullable(),
  by: z.string(),
  commits: z.int(),
  /** Why it holds, failed or went back; null while all is well. */
  reason: z.string().nullable(),
  /** The watch after the promotion ends then. */
  watchedUntil: instant.nullable(),
  isIrreversible: z.boolean(),
});
export type DeploymentSummary = z.infer<typeof deploymentSummary>;

export const deploymentDetail = deploymentSummary.extend({
  image: z.string().nullable(),
  digest: z.string().nullable(),
  checks: z.array(deploymentCheck),
  steps: z.array(deploymentStep),
  difference: z.array(settingDifference),
  commitList: z.array(z.object({ hash: z.string(), subject: z.string(), author: z.string(), committedAt: instant })),
  /** What was done, oldest first. */
  log: z.array(z.object({ at: instant, step: z.string(), text: z.string(), isProblem: z.boolean() })),
  /** Issues seen first on the new revision. */
  newIssues: z.array(z.object({ id: z.string(), shortId: z.string(), title: z.string(), severity: z.string() })),
  fixes: z.array(z.object({ id: z.string(), issue: z.string(), state: z.string() })),
  /** Exactly what goes back by hand. */
  rollbackCommand: z.string(),
  mayRollBack: z.boolean(),
  mayPromote: z.boolean(),
  mayHold: z.boolean(),
});
export type DeploymentDetail = z.infer<typeof deploymentDetail>;

export const deploymentListQuery = pageQuery.extend({
  service: z.string().max(200).optional(),
  state: z.string().max(100).optional(),
});

const deploymentTarget = z.object({
  name: z.string(),
  kind: z.enum(['process', 'compose', 'cloud-run']),
  service: z.string(),
  /** What holds 100 %, or how the traffic is split now. */
  traffic: z.array(z.object({ revision: z.string(), percent: z.number() })),
  /** After a rollback the traffic is pinned to this revision, until the next deployment. */
  pinnedTo: z.string().nullable(),
  lastGood: z.string().nullable(),
  /** Those that can be given traffic, newest first. */
  revisions: z.array(z.string()),
  problem: z.string().nullable(),
});
export type DeploymentTarget = z.infer<typeof deploymentTarget>;

export const deployRequest = z.strictObject({
  target: z.string().max(100).optional(),
  revision: z.string().min(1).max(200).optional(),
  steps: z.array(z.number().positive().max(100)).min(1).max(20).optional(),
  unset: z.array(z.string().max(200)).max(100).default([]),
  /** Variables of the environment; values are never kept or shown. */
  set: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/), z.string().max(32_768)).default({}),
  isIrreversible: z.boolean().default(false),
  /** As the plan of a dry run showed it: refused as a conflict when something else would be deployed by now. */
  digest: z.string().max(100).optional(),
  dryRun: z.boolean().default(false),
});
export const deployReply = z.object({
  /** Null: a dry run, nothing was written. */
  deployment: deploymentSummary.nullable(),
  plan: z.object({
    target: z.string(),
    service: z.string(),
    /** Of a rollback that of what is gone back to; 0: not known. */
    buildId: z.int(),
    revision: z.string(),
    /** Of what is started. */
    digest: z.string(),
    previousRevision: z.string().nullable(),
    steps: z.array(z.number()),
    difference: z.array(settingDifference),
    checks: z.array(z.string()),
  }),
});
export const rollbackRequest = z.strictObject({
  target: z.string().max(100).optional(),
  /** Left out: the last one that held all traffic and passed its watch. */
  revision: z.string().min(1).max(200).optional(),
  reason: z.string().max(500).optional(),
  dryRun: z.boolean().default(false),
});

/** What is drawn as a line on charts: deployments, rollbacks, fixes that held or not. */
const marker = z.object({
  at: instant,
  kind: z.enum(['deployment', 'promotion', 'rollback', 'fix verified', 'fix recurred']),
  service: z.string(),
  revision: z.string().nullable(),
  label: z.string(),
  /** Page of it. */
  href: z.string(),
});
export type Marker = z.infer<typeof marker>;
export const markersQuery = z.strictObject({
  from: instant,
  to: instant,
  service: z.string().max(200).optional(),
  project: z.string().max(100).optional(),
});
export const targetsReply = z.object({ items: z.array(deploymentTarget) });
export const markersReply = z.object({ items: z.array(marker) });
export const endRequest = z.strictObject({ target: z.string().max(100).optional() });
export const endReply = z.object({
  target: z.string(),
  service: z.string(),
  /** Revisions that ran, or were kept to go back to. */
  ended: z.array(z.string()),
});
