import type { Saying, Sentence } from '../../shared/index.ts';
import type { Observation } from '../alert.ts';
import type { Measurement } from '../ports.ts';
import { judge, thresholdOf } from '../rules/limits.ts';
import type { MeasurementRule } from '../rules/rule.ts';
import type { RuleSet } from '../rules/rule-set.ts';
import type { Sayings } from '../sayings.ts';
import { observationOf } from './observation-of.ts';

export interface MeasurementLook {
  words: Sayings;
  /** The oldest known value of the series in the time before, for rules about change; null: none. */
  reference(rule: MeasurementRule, measurement: Measurement): number | null;
}

/** What the rules say of these values, oldest first: a late one must not come after a newer one. */
export function observeMeasurements(
  { measurements: byName }: Pick<RuleSet, 'measurements'>,
  measurements: readonly Measurement[],
  look: MeasurementLook,
): Observation[] {
  return measurements
    .toSorted((a, b) => a.at - b.at)
    .flatMap((measurement) =>
      (byName.get(measurement.name) ?? [])
        .filter((rule) => rule.check.of !== 'silence' && concerns(rule, measurement))
        .map((rule) => observeOne(rule, measurement, look)),
    );
}

/** Whether the rule is about this series. */
export function concerns(
  { projectId, subjectKind, labels }: Pick<MeasurementRule, 'projectId' | 'subjectKind' | 'labels'>,
  { subject, projectId: from }: Pick<Measurement, 'subject' | 'projectId'>,
): boolean {
  if (projectId !== null && projectId !== from) return false;
  if (subjectKind !== null && subjectKind !== subject.kind) return false;
  return Object.entries(labels).every(([name, value]) => subject.labels[name] === value);
}

function observeOne(rule: MeasurementRule, measurement: Measurement, look: MeasurementLook): Observation {
  const { words } = look;
  const { subject, projectId, at } = measurement;
  const evidence = { measurement: measurement.name };
  const known = knownValue(rule, measurement, look);
  if ('say' in known) {
    const { unit } = rule;
    return observationOf(rule, subject, projectId, { at, condition: 'unknown', unit, description: known, evidence });
  }
  if (rule.check.of === 'silence') throw new TypeError('a rule about silence looks at no value');
  const { value, from } = known;
  const unit = rule.check.of === 'change' && rule.check.as === 'percent' ? '%' : (measurement.unit ?? rule.unit);
  const { condition, severity, bounds } = judge(value, rule.check, rule.severity);
  const threshold = thresholdOf(bounds, unit, words);
  return observationOf(rule, subject, projectId, {
    at,
    condition,
    severity,
    value,
    unit,
    threshold,
    description: describe(rule, measurement, { value, unit, threshold, words }),
    evidence: from === null ? evidence : { ...evidence, from, to: measurement.value },
  });
}

/** What the rule judges; a sentence where it cannot. */
function knownValue(
  rule: MeasurementRule,
  measurement: Measurement,
  { words, reference }: MeasurementLook,
): { value: number; from: number | null } | Saying {
  const { value, unit, subject, name } = measurement;
  const about = { measurement: name, subject: subject.name };
  if (value === null || !Number.isFinite(value)) return words.unmeasured(about);
  // A measurement without a unit is taken at its word.
  if (rule.unit !== null && unit !== null && unit !== rule.unit)
    return words.otherUnit({ ...about, unit, expected: rule.unit });
  if (rule.check.of !== 'change') return { value, from: null };
  const from = reference(rule, measurement);
  const change = from === null ? null : changeOf(from, value, rule.check.as);
  if (change === null) return words.noReference({ ...about, within: words.span(rule.check.withinMs) });
  return { value: change, from };
}

/** Null: per cent of nothing. */
function changeOf(from: number, to: number, as: 'difference' | 'percent'): number | null {
  if (as === 'difference') return to - from;
  return from === 0 ? null : ((to - from) / Math.abs(from)) * 100;
}

interface Described {
  value: number;
  unit: string | null;
  threshold: Sentence;
  words: Sayings;
}

function describe(
  rule: MeasurementRule,
  measurement: Measurement,
  { value, unit, threshold, words }: Described,
): Saying {
  const { subject, name } = measurement;
  const shown = words.valueOf(value, unit);
  if (rule.description !== null) {
    const number = words.number(value);
    return words.filled(rule.description, {
      ...{ subject: subject.name, value: number, unit: unit ?? '', threshold, measurement: name },
      labels: subject.labels,
    });
  }
  if (rule.check.of !== 'change')
    return words.measured({ measurement: name, subject: subject.name, value: shown, threshold });
  const within = words.span(rule.check.withinMs);
  return words.changed({ measurement: name, subject: subject.name, change: shown, within, threshold });
}

/**
 * For rules with a time to wait (`for`): series whose newest value is bad, as it is now that time has passed. A sensor that writes only what changes
 * would else never be told of.
 */
export function observeTime(
  rule: MeasurementRule,
  latest: readonly Measurement[],
  { at, words }: { at: number; words: Sayings },
): Observation[] {
  if (rule.check.of !== 'value' || rule.damping.forMs === 0) return [];
  const noReference = () => null;
  return latest
    .filter((measurement) => concerns(rule, measurement))
    .map((measurement) => observeOne(rule, measurement, { words, reference: noReference }))
    .filter(({ condition }) => condition === 'bad')
    .map((observation) => ({ ...observation, at, isTimeOnly: true }));
}
