import { type Sentence, textOf } from '../../shared/index.ts';
import type { Alert, LookState, Observation } from '../alert.ts';
import { dedupeKeyOf } from '../dedupe-key.ts';
import type { AlertWrite, DecideObservation } from '../ports.ts';
import { AT_ONCE, CANNOT_LOOK_RULE, CANNOT_LOOK_TYPE, POSTED_RULE } from '../rules/built-in.ts';
import type { Sayings } from '../sayings.ts';
import { NOTHING } from '../transition/alert-rows.ts';
import { decideObservation } from '../transition/decide-observation.ts';
import { nextLook } from '../transition/next-look.ts';
import { type AlertPolicy, UNKNOWN_LIMIT } from '../transition/policy.ts';

/** Subjects that an alert of this kind names; the others are counted. */
const MOST_SUBJECTS = 100;
const SHOWN_SUBJECTS = 5;

/** What the looks of one transaction were. */
interface Seen {
  could: Set<string>;
  /** And why. */
  couldNot: Map<string, Sentence>;
}

export interface WatchOptions {
  policy: AlertPolicy;
  words: Sayings;
  at: number;
  /** Whether the rule is such an alert, as far as is known. */
  isTold(rule: string): boolean;
}

/**
 * A rule that could not look at a subject three times in a row is itself an alert, one for each rule, which names the subjects; it ends when all of them
 * could be looked at again. Decided in the transaction of the looks: `observations` are those given, and one more for each rule that could not look now or
 * is such an alert. Not for every rule: on PostgreSQL all posts of one rule would then wait for each other at that row.
 */
export function watchingLooks(
  observations: readonly Observation[],
  { policy, words, at, isTold }: WatchOptions,
): { observations: readonly Observation[]; decide: DecideObservation } {
  const couldNot = new Set(observations.filter(({ condition }) => condition === 'unknown').map(({ rule }) => rule));
  const rules = [...new Set(observations.map(({ rule }) => rule))].filter(
    (rule) => rule !== POSTED_RULE && (couldNot.has(rule) || isTold(rule)),
  );
  const seen = new Map<string, Seen>(rules.map((rule) => [rule, { could: new Set(), couldNot: new Map() }]));
  const own = new Map(rules.map((rule) => [ownKey(rule), rule]));
  return {
    observations: [...observations, ...rules.map((rule) => ownObservation(rule, at))],
    decide: (observation, alert, look) => {
      const watched = own.get(observation.dedupeKey);
      if (watched !== undefined)
        return decideOwn(observation, alert, look, { seen: seen.get(watched)!, policy, words });
      note(seen.get(observation.rule), observation, look);
      return decideObservation(observation, alert, look, policy);
    },
  };
}

function ownKey(rule: string): string {
  return dedupeKeyOf(CANNOT_LOOK_RULE, { kind: 'rule', id: rule }, null);
}

function ownObservation(rule: string, at: number): Observation {
  return {
    dedupeKey: ownKey(rule),
    rule: CANNOT_LOOK_RULE,
    type: CANNOT_LOOK_TYPE,
    projectId: null,
    subject: { kind: 'rule', id: rule, name: rule, labels: {} },
    at,
    condition: 'good',
    severity: 'error',
    value: null,
    unit: null,
    threshold: null,
    description: '',
    advice: null,
    evidence: null,
    damping: AT_ONCE,
    isCurrent: true,
  };
}

function note(seen: Seen | undefined, observation: Observation, look: LookState | null): void {
  const next = observation.isTimeOnly ? null : nextLook(observation, look);
  if (!seen || !next) return;
  const { subject, condition, description } = observation;
  const name = `${subject.kind}/${subject.id}`;
  seen.could.delete(name);
  seen.couldNot.delete(name);
  if (condition !== 'unknown') seen.could.add(name);
  else if (next.look.unknownCount >= UNKNOWN_LIMIT) seen.couldNot.set(name, description);
}

function decideOwn(
  observation: Observation,
  alert: Alert | null,
  look: LookState | null,
  { seen, policy, words }: { seen: Seen; policy: AlertPolicy; words: Sayings },
): AlertWrite {
  const isOpen = alert !== null && alert.state !== 'resolved';
  const before = isOpen ? subjectsOf(alert) : [];
  const subjects = [...new Set([...before.filter((name) => !seen.could.has(name)), ...seen.couldNot.keys()])];
  if (!isOpen && subjects.length === 0) return NOTHING;
  // Nothing is new: neither a subject more or less, nor another failure.
  if (isOpen && seen.couldNot.size === 0 && subjects.length === before.length) return NOTHING;
  const reason = [...seen.couldNot.values()].at(-1) ?? null;
  const shown = subjects.slice(0, SHOWN_SUBJECTS);
  const names = shown.filter((name) => name !== `rule/${observation.subject.id}`);
  return decideObservation(
    {
      ...observation,
      condition: subjects.length > 0 ? 'bad' : 'good',
      value: subjects.length,
      description: words.cannotLook({
        ...{ rule: observation.subject.id, subjects: names, more: subjects.length - shown.length, reason },
      }),
      advice: words.cannotLookAdvice,
      evidence: { subjects: subjects.slice(0, MOST_SUBJECTS), reason: reason && textOf(reason, policy.messages) },
    },
    alert,
    look,
    policy,
  );
}

function subjectsOf({ evidence }: Alert): string[] {
  const subjects = evidence?.subjects;
  return Array.isArray(subjects) ? subjects.filter((one) => typeof one === 'string') : [];
}
