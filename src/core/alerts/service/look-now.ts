import { GuardianError, type Messages, textOf, toGuardianError } from '../../shared/index.ts';
import type { Alert, AlertSeverity, Observation } from '../alert.ts';
import { observeMeasurements } from '../looks/observe-measurements.ts';
import type { AlertReader, Measurement } from '../ports.ts';
import type { MeasurementRule, Rule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import { lookWith, type RuleReaders } from './evaluate-rules.ts';

/** What a rule sees now over the rows that are there; nothing is written and nobody is told. */
export interface RuleOutlook {
  rule: string;
  /** Subjects it sees. */
  observed: number;
  /** Those that call for an alert, gravest first; at most twenty of them. */
  bad: readonly SeenSubject[];
  badCount: number;
  /** Those it could not judge. */
  unknown: number;
  /** Why it could not look; null: it could. */
  problem: string | null;
}

export interface SeenSubject {
  subject: Alert['subject'];
  severity: AlertSeverity;
  value: number | null;
  unit: string | null;
  threshold: string | null;
  description: string;
  /** An alert of it is there already. */
  isFiring: boolean;
}

export interface LookNowContext {
  readers: RuleReaders;
  alerts: Pick<AlertReader, 'list'>;
  words: Sayings;
  /** The language of who asks. */
  reader: Messages;
  at: number;
  /** For rules about change: see `observeMeasurements`. */
  references(
    measurements: readonly Measurement[],
  ): Promise<(rule: MeasurementRule, measurement: Measurement) => number | null>;
}

const SHOWN = 20;
/** Alerts of one rule that are looked through for those that fire already. */
const MOST_OPEN = 200;
const RANK: Record<AlertSeverity, number> = { critical: 0, error: 1, warning: 2, info: 3 };

/** Throws `not_found` for a rule that is not there, `payload_invalid` for one over texts: those are looked at when they come. */
export async function lookNow(
  rules: readonly Rule[],
  name: string,
  { readers, alerts, words, reader, at, references }: LookNowContext,
): Promise<RuleOutlook> {
  const rule = rules.find((one) => one.name === name);
  if (!rule) throw new GuardianError('not_found', { path: (m) => m.server.things.rule(name) });
  if (rule.over === 'text')
    throw new GuardianError('payload_invalid', { key: 'name', reason: (m) => m.alerts.rules.texts(name) });
  try {
    const observations = await observe(rule);
    const open = await alerts.list(
      { rules: [name], states: ['firing', 'acknowledged'] },
      { cursor: null, limit: MOST_OPEN },
    );
    return outlookOf(name, observations, new Set(open.items.map(({ dedupeKey }) => dedupeKey)), reader);
  } catch (thrown) {
    const problem = toGuardianError(thrown).explain(reader).message;
    return { rule: name, observed: 0, bad: [], badCount: 0, unknown: 0, problem };
  }

  async function observe(one: Rule): Promise<readonly Observation[]> {
    if (one.over !== 'measurement' || one.check.of === 'silence')
      return (await lookWith(one, { readers, words, at })).observations;
    const latest = await readers.measurements.latest(one.measurement);
    const reference = await references(latest);
    return observeMeasurements({ measurements: new Map([[one.measurement, [one]]]) }, latest, { words, reference });
  }
}

function outlookOf(
  rule: string,
  observations: readonly Observation[],
  open: ReadonlySet<string>,
  reader: Messages,
): RuleOutlook {
  const bad = observations
    .filter(({ condition }) => condition === 'bad')
    .toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
  return {
    rule,
    observed: observations.length,
    bad: bad.slice(0, SHOWN).map(({ dedupeKey, subject, severity, value, unit, threshold, description }) => ({
      ...{ subject, severity, value, unit },
      threshold: threshold && textOf(threshold, reader),
      description: textOf(description, reader),
      isFiring: open.has(dedupeKey),
    })),
    badCount: bad.length,
    unknown: observations.filter(({ condition }) => condition === 'unknown').length,
    problem: null,
  };
}
