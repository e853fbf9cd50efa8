import type { Deployment } from '../deployment.ts';
import type { JudgeInput, LookInput, Stratum } from '../judge/index.ts';
import type { EngineContext } from './move.ts';

/** Latencies a side: 400 × 400 differences are ordered in some milliseconds. */
const SAMPLES = 400;
const ISSUES = 20;

export interface Observation {
  stratum: Stratum;
  vitals: LookInput['vitals'];
  issues: LookInput['issues'];
}

/** What both revisions did in the window; null when any of it could not be looked at. */
export async function observe(
  deployment: Deployment,
  { metrics, issues, target }: EngineContext,
  window: { from: number; to: number },
): Promise<Observation | null> {
  const { service, revision, baseRevision, vitalsBefore, createdAt } = deployment;
  const read = (name: string | null) =>
    name === null ? { requests: 0, errors: 0 } : metrics.read({ service, revision: name, ...window, samples: 0 });
  try {
    const [fresh, old, vitals, found] = await Promise.all([
      read(revision),
      read(deployment.phase === 'watching' ? null : baseRevision),
      target.vitals(revision!),
      issues.newOn({ service, revision: revision!, since: createdAt, limit: ISSUES }),
    ]);
    return {
      stratum: {
        newRequests: fresh.requests,
        newErrors: Math.min(fresh.errors, fresh.requests),
        oldRequests: old.requests,
        oldErrors: Math.min(old.errors, old.requests),
      },
      vitals: {
        restarts: Math.max(0, vitals.restarts + vitals.crashes - vitalsBefore.restarts),
        outOfMemory: Math.max(0, vitals.outOfMemory - vitalsBefore.outOfMemory),
      },
      issues: {
        count: found.length,
        incidents: found.reduce((sum, { incidents }) => sum + incidents, 0),
      },
    };
  } catch {
    // Said by the verdict `inconclusive`, which holds the deployment when it lasts.
    return null;
  }
}

/** Only when a look is due: they are many. Null: could not look. */
export async function readLatencies(
  { service, revision, baseRevision }: Deployment,
  { metrics }: EngineContext,
  window: { from: number; to: number },
  against: { from: number; to: number },
): Promise<JudgeInput['latencies'] | null> {
  const read = (name: string | null, span: { from: number; to: number }) =>
    name === null ? { latenciesMs: [] } : metrics.read({ service, revision: name, ...span, samples: SAMPLES });
  try {
    const [fresh, old] = await Promise.all([read(revision, window), read(baseRevision, against)]);
    return { fresh: fresh.latenciesMs, old: old.latenciesMs };
  } catch {
    return null;
  }
}
