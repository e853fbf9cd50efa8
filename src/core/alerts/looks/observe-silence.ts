import type { Measurement } from '../ports.ts';
import type { MeasurementRule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import { GONE, type Look } from './look.ts';
import { observationOf } from './observation-of.ts';
import { concerns } from './observe-measurements.ts';

/** No value for too long, of series that have had one. `latest`: the newest of each. */
export function observeSilence(
  rule: MeasurementRule,
  latest: readonly Measurement[],
  { at, words }: { at: number; words: Sayings },
): Look {
  const { check } = rule;
  if (check.of !== 'silence') throw new TypeError('not a rule about silence');
  const threshold = words.span(check.afterMs);
  const observations = latest
    .filter((measurement) => concerns(rule, measurement))
    .map(({ subject, projectId, name, at: lastAt }) => {
      // Clocks of sensors may run ahead.
      const silentMs = Math.max(0, at - lastAt);
      const since = words.span(silentMs);
      const facts = { subject: subject.name, value: since, unit: '', threshold, measurement: name };
      return observationOf(rule, subject, projectId, {
        at,
        condition: silentMs > check.afterMs ? 'bad' : 'good',
        value: Math.floor(silentMs / 1_000),
        unit: 's',
        threshold,
        description:
          rule.description === null
            ? words.silent({ measurement: name, subject: subject.name, since, after: threshold })
            : words.filled(rule.description, { ...facts, labels: subject.labels }),
        evidence: { measurement: name, lastAt },
        isCurrent: true,
      });
    });
  return { observations, isWhole: true, missing: GONE };
}
