import { GuardianError, type Sentence } from '../../shared/index.ts';
import type { Alert, AlertSeverity, AlertSubject, Observation } from '../alert.ts';
import { dedupeKeyOf } from '../dedupe-key.ts';
import type { AlertStore, DecideObservation } from '../ports.ts';
import { AT_ONCE, POSTED_RULE } from '../rules/built-in.ts';

/** An alert raised by another program, or by another part of Guardian. */
export interface AlertPost {
  projectId: number | null;
  type: string;
  state: 'firing' | 'resolved';
  severity: AlertSeverity;
  subject: AlertSubject;
  value: number | null;
  unit: string | null;
  threshold: Sentence | null;
  description: Sentence;
  advice: Sentence | null;
  evidence: Record<string, unknown> | null;
}

export function postedObservation({ state, ...post }: AlertPost, at: number): Observation {
  const rule = POSTED_RULE;
  return {
    ...post,
    rule,
    dedupeKey: dedupeKeyOf(`${rule}.${post.type}`, post.subject, post.projectId),
    at,
    condition: state === 'firing' ? 'bad' : 'good',
    damping: AT_ONCE,
    // It is what is said now; a second word in the same millisecond is one as well.
    isCurrent: true,
  };
}

/** Writes them in one transaction. Of each, its alert as it was right after it; null: what never fired is said to be over. */
export async function writePosts(
  observations: readonly Observation[],
  { store, decide }: { store: Pick<AlertStore, 'observe'>; decide: DecideObservation },
): Promise<(Alert | null)[]> {
  const after = new Map<Observation, Alert | null>();
  const written = await store.observe(observations, (observation, alert, look) => {
    const decided = decide(observation, alert, look);
    after.set(observation, decided.alert ?? alert);
    return decided;
  });
  // A new one gets its number from the store.
  const numbers = new Map(written.map(({ id, number }) => [id, number]));
  return observations.map((observation) => {
    const alert = after.get(observation) ?? null;
    return alert && { ...alert, number: numbers.get(alert.id) ?? alert.number };
  });
}

export function neverFired({ dedupeKey }: Observation): GuardianError {
  return new GuardianError('not_found', {
    path: (m) => m.server.things.alert(dedupeKey),
    reason: (m) => m.alerts.rules.neverFired,
  });
}
