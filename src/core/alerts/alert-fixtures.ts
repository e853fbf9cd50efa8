import { messagesFor } from '../shared/index.ts';
import { createMemoryAlertStore } from './memory-alert-store-fixtures.ts';
import type { Measurement } from './ports.ts';
import type { IssueRule, JobRule, MeasurementRule, Rule, TextRule } from './rules/rule.ts';
import { createRuleSet } from './rules/rule-set.ts';
import { type AlertsOptions, createAlerts } from './service/create-alerts.ts';
import type { AlertPolicy } from './transition/policy.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** 2026-01-31T00:00:00Z. */
export const START = Date.UTC(2026, 0, 31);

export const { alerts: words } = messagesFor('en');

/** Repeats each 4 hours; no steps. */
export const POLICY: Omit<AlertPolicy, 'newId' | 'messages'> = {
  nextSend: ({ state, isArchived, acknowledged }, at) => {
    if (state === 'resolved' || isArchived) return null;
    if (state === 'acknowledged') return { at: acknowledged?.until ?? at, kind: 'lapse' };
    return { at: at + 4 * HOUR, kind: 'repeat' };
  },
  acknowledgedForMs: 4 * HOUR,
  flappingWithinMs: 30 * MINUTE,
};

const base = {
  severity: 'warning',
  damping: { forMs: 0, badCount: 1, goodCount: 1 },
  description: null,
  advice: null,
  projectId: null,
} as const;

const measurement = {
  ...base,
  over: 'measurement',
  measurement: 'humidity',
  subjectKind: null,
  labels: {},
  unit: '%',
  examples: { match: [], noMatch: [] },
} as const;

/** The pianos' example: TOO_DRY below 35 % (critical below 30), TOO_HUMID above 70 % (critical from 90). */
export const tooDry: MeasurementRule = {
  ...measurement,
  name: 'too-dry',
  type: 'TOO_DRY',
  check: {
    of: 'value',
    bad: [{ is: 'below', value: 35 }],
    clear: [],
    tiers: [{ is: 'below', value: 30, severity: 'critical' }],
  },
};
export const tooHumid: MeasurementRule = {
  ...measurement,
  name: 'too-humid',
  type: 'TOO_HUMID',
  check: {
    of: 'value',
    bad: [{ is: 'above', value: 70 }],
    clear: [],
    tiers: [{ is: 'from', value: 90, severity: 'critical' }],
  },
};

export const textRule = (given: Partial<TextRule> & Pick<TextRule, 'name' | 'type' | 'any'>): TextRule => ({
  ...base,
  over: 'text',
  subjectKind: null,
  context: [],
  contextReach: 'sentence',
  unless: [],
  resolution: [],
  resolutionReach: 'clause',
  oldestMs: null,
  examples: { match: [], noMatch: [] },
  ...given,
});

export const issueRule = (check: IssueRule['check'], given: Partial<IssueRule> = {}): IssueRule => ({
  ...base,
  over: 'issues',
  name: 'issues',
  type: 'ERROR_COUNT',
  services: [],
  check,
  ...given,
});

export const jobRule = (check: JobRule['check'], given: Partial<JobRule> = {}): JobRule => ({
  ...base,
  over: 'jobs',
  name: 'jobs',
  type: 'JOB_TROUBLE',
  jobs: [],
  check,
  ...given,
});

export const humidity = (value: number | null, at: number, piano = '12'): Measurement => ({
  projectId: 1,
  name: 'humidity',
  subject: { kind: 'piano', id: piano, name: `Piano ${piano}`, labels: { place: 'Salle Pollack' } },
  at,
  value,
  unit: '%',
});

/** The service over a store in memory, its clock in hand. */
export function setUp(
  rules: readonly Rule[],
  given: Partial<Pick<AlertsOptions, 'readers' | 'policy'>> & { types?: string[] } = {},
) {
  const store = createMemoryAlertStore();
  const clock = { at: START, now: () => clock.at };
  const types = given.types ?? [...new Set(rules.map(({ type }) => type))];
  const alerts = createAlerts({
    store,
    measurements: store.measurements,
    texts: store.texts,
    rules: createRuleSet({ rules, types }),
    readers: given.readers ?? { issues: null, jobs: null, usage: null, parts: { parts: async () => [] } },
    policy: given.policy ?? POLICY,
    messages: messagesFor('en'),
    clock,
  });
  const only = () => {
    const rows = [...store.tables.alerts.values()];
    if (rows.length !== 1)
      throw new Error(`${rows.length} alerts: ${rows.map(({ dedupeKey }) => dedupeKey).join(', ')}`);
    return rows[0]!;
  };
  return { store, clock, alerts, only, told: () => store.tables.outbox.map(({ kind }) => kind) };
}
