import { type GuardianError, toGuardianError } from '../../shared/index.ts';
import type { Alert, Observation } from '../alert.ts';
import type { Look } from '../looks/look.ts';
import { lookOf } from '../looks/observation-of.ts';
import { observeEvents } from '../looks/observe-events.ts';
import { observeGuardian } from '../looks/observe-guardian.ts';
import { type IssueLookReader, observeIssues } from '../looks/observe-issues.ts';
import { type JobLookReader, observeJobs } from '../looks/observe-jobs.ts';
import { observeTime } from '../looks/observe-measurements.ts';
import { observeSilence } from '../looks/observe-silence.ts';
import { observeUnsealed } from '../looks/observe-unsealed.ts';
import { observeUsage } from '../looks/observe-usage.ts';
import type { AlertReader, ErrorReader, MeasurementStore, PartReader, UsageReader } from '../ports.ts';
import type { Rule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import { observeMissing } from './removal-guard.ts';

/** Where periodic rules look. Null: there is nothing of that kind; a rule over it could not look. */
export interface RuleReaders {
  measurements: Pick<MeasurementStore, 'latest'>;
  issues: IssueLookReader | null;
  jobs: JobLookReader | null;
  usage: UsageReader | null;
  parts: PartReader | null;
  errors?: ErrorReader | null;
}

/** What came of one rule's look. */
export interface RuleLook {
  rule: string;
  observed: number;
  /** It could not look, or would not believe what it saw; nothing was resolved. */
  error: GuardianError | null;
}

export interface EvaluateContext {
  readers: RuleReaders;
  alerts: Pick<AlertReader, 'list'>;
  words: Sayings;
  at: number;
  /** Carries out what a look found, in one transaction. */
  observe(observations: readonly Observation[]): Promise<Alert[]>;
  signal?: AbortSignal | undefined;
}

/** One look of each rule that looks by itself, each for itself: one that fails is `unknown`, and stops no other. */
export async function evaluateRules(rules: readonly Rule[], context: EvaluateContext): Promise<RuleLook[]> {
  const looks: RuleLook[] = [];
  for (const rule of rules) {
    if (context.signal?.aborted) break;
    if (looksByItself(rule)) looks.push(await evaluateRule(rule, context));
  }
  return looks;
}

/** The others look when something is posted. */
function looksByItself(rule: Rule): boolean {
  if (rule.over === 'text') return false;
  return rule.over !== 'measurement' || rule.check.of === 'silence' || isWaiting(rule);
}

const isWaiting = (rule: Rule) => rule.over === 'measurement' && rule.check.of === 'value' && rule.damping.forMs > 0;

async function evaluateRule(rule: Rule, context: EvaluateContext): Promise<RuleLook> {
  const { at, alerts } = context;
  let observations: readonly Observation[] = [];
  let failure: unknown = null;
  try {
    const look = await lookWith(rule, context);
    observations = [...look.observations, ...(await observeMissing(rule, look, { alerts, at }))];
  } catch (thrown) {
    failure = thrown;
  }
  const error = failure === null ? null : toGuardianError(failure);
  try {
    await context.observe([...observations, lookOf(rule, at, error && reasonOf(error))]);
    return { rule: rule.name, observed: observations.length, error };
  } catch (thrown) {
    // The store failed: that it could not look cannot be kept either, so the caller must hear of it.
    return { rule: rule.name, observed: 0, error: error ?? toGuardianError(thrown) };
  }
}

const reasonOf = (error: GuardianError) => error.about.reason ?? error.code;

/** What one rule that looks by itself sees; nothing is written. */
export async function lookWith(rule: Rule, context: Pick<EvaluateContext, 'at' | 'words' | 'readers'>): Promise<Look> {
  const { at, words, readers } = context;
  switch (rule.over) {
    case 'measurement': {
      const latest = await readers.measurements.latest(rule.measurement);
      if (rule.check.of === 'silence') return observeSilence(rule, latest, { at, words });
      // Time alone: what is posted resolves these, and nothing of them is ever missing.
      return { observations: observeTime(rule, latest, { at, words }), isWhole: false, missing: async () => null };
    }
    case 'issues':
      return observeIssues(rule, { reader: there(readers.issues, 'issues'), at, words });
    case 'jobs':
      return observeJobs(rule, { reader: there(readers.jobs, 'jobs'), at, words });
    case 'usage':
      return observeUsage(rule, { reader: there(readers.usage, 'usage'), at, words });
    case 'events': {
      const reader = there(readers.errors ?? null, 'errors');
      if (rule.check.of === 'unsealed') return observeUnsealed(rule, rule.check, { reader, at, words });
      return observeEvents(rule, rule.check, { reader, at, words });
    }
    case 'guardian':
      return observeGuardian(rule, { reader: there(readers.parts, 'Guardian’s own parts'), at, words });
    case 'text':
      throw new TypeError('texts are looked at when they come');
    default:
      return rule satisfies never;
  }
}

function there<T>(reader: T | null, what: string): T {
  if (reader === null) throw new Error(`there is no reader of ${what}`);
  return reader;
}
