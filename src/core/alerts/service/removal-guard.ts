import { GuardianError } from '../../shared/index.ts';
import type { Alert, Observation } from '../alert.ts';
import type { Look } from '../looks/look.ts';
import { observationOf } from '../looks/observation-of.ts';
import type { AlertReader } from '../ports.ts';
import type { Rule } from '../rules/rule.ts';

/** Subjects of one rule that may be gone at one look. More is a fault of the look until a person says otherwise. */
const MOST_GONE = 10;

/**
 * What a look says of alerts whose subject it did not see: how that subject stands now, or that it is gone, which resolves. A look that was not whole
 * says nothing of them. Throws `conflict` when more than ten would be gone at once: an empty answer is no proof that all is well.
 */
export async function observeMissing(
  rule: Rule,
  look: Look,
  { alerts, at }: { alerts: Pick<AlertReader, 'list'>; at: number },
): Promise<Observation[]> {
  if (!look.isWhole) return [];
  const seen = new Set(look.observations.map(({ dedupeKey }) => dedupeKey));
  const unseen = (await openAlerts(rule, alerts)).filter(({ dedupeKey }) => !seen.has(dedupeKey));
  const found: Observation[] = [];
  const gone: Alert[] = [];
  for (const alert of unseen) {
    const observation = await look.missing(alert.subject, alert.projectId);
    // A subject whose key is another now (its project changed) is not this one.
    if (observation && observation.dedupeKey === alert.dedupeKey) found.push(observation);
    else gone.push(alert);
  }
  if (gone.length > MOST_GONE) {
    throw new GuardianError('conflict', {
      reason: (m) => m.declarations.rules.manyGone(rule.name, gone.length),
      remedy: (m) => m.declarations.rules.manyGoneRemedy,
    });
  }
  return [...found, ...gone.map((alert) => goneObservation(rule, alert, at))];
}

async function openAlerts(rule: Rule, alerts: Pick<AlertReader, 'list'>): Promise<Alert[]> {
  const open: Alert[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<AlertReader['list']>> = await alerts.list(
      { rules: [rule.name], states: ['firing', 'acknowledged'] },
      { cursor, limit: 200 },
    );
    open.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return open;
}

function goneObservation(rule: Rule, { dedupeKey, subject, projectId, evidence }: Alert, at: number): Observation {
  const observation = observationOf(rule, subject, projectId, {
    ...{ at, condition: 'good', description: '', evidence: { ...evidence, isGone: true }, isCurrent: true },
  });
  return { ...observation, dedupeKey };
}
