import type { AlertSubject, Observation } from '../alert.ts';
import { dedupeKeyOf } from '../dedupe-key.ts';
import type { Rule } from '../rules/rule.ts';

type Given = Pick<Observation, 'at' | 'condition' | 'description'> &
  Partial<
    Pick<Observation, 'severity' | 'value' | 'unit' | 'threshold' | 'evidence' | 'advice' | 'isCurrent' | 'isTimeOnly'>
  >;

/** What a rule found at a subject; what is not given is the rule's own. */
export function observationOf(rule: Rule, subject: AlertSubject, projectId: number | null, given: Given): Observation {
  return {
    dedupeKey: dedupeKeyOf(rule.name, subject, projectId),
    rule: rule.name,
    type: rule.type,
    projectId,
    subject,
    severity: rule.severity,
    value: null,
    unit: null,
    threshold: null,
    evidence: null,
    advice: rule.advice,
    damping: rule.damping,
    ...given,
  };
}

/** The look itself, whatever its subjects: whether the rule could look at all. Never bad. */
export function lookOf(rule: Rule, at: number, failure: string | null): Observation {
  const subject = { kind: 'rule', id: rule.name, name: rule.name, labels: {} };
  return observationOf(rule, subject, null, {
    at,
    condition: failure === null ? 'good' : 'unknown',
    description: failure ?? '',
    isCurrent: true,
  });
}
