import { describe, expect, it } from 'vitest';
import { type ConfigurationInput, configurationSchema } from '../../config/schema.ts';
import { type GuardianError, messagesFor } from '../../core/shared/index.ts';
import { declaredRules } from './rules.ts';

type GivenRule = NonNullable<ConfigurationInput['rules']>[number];

const declare = (rule: Omit<GivenRule, 'name' | 'type'>) =>
  declaredRules(configurationSchema.parse({ rules: [{ name: 'one', type: 'TOO_DRY', ...rule }] }))[0]!;
const base = {
  name: 'one',
  type: 'TOO_DRY',
  severity: 'warning',
  description: null,
  advice: null,
  projectId: null,
  damping: { forMs: 0, badCount: 1, goodCount: 1 },
};

describe('a rule of the configuration', () => {
  it('looks at values, with tiers, a clear threshold and its damping', () => {
    const rule = declare({
      severity: 'error',
      for: '10m',
      badCount: 2,
      goodCount: 3,
      advice: 'Fill the tank',
      measurement: {
        name: 'humidity',
        unit: '%',
        labels: { place: 'hall' },
        value: {
          below: 35,
          above: 70,
          clear: { from: 37, upTo: 68 },
          tiers: [{ below: 30, from: 90, severity: 'critical' }],
        },
      },
    });
    expect(rule).toEqual({
      ...base,
      severity: 'error',
      advice: 'Fill the tank',
      damping: { forMs: 600_000, badCount: 2, goodCount: 3 },
      over: 'measurement',
      measurement: 'humidity',
      subjectKind: null,
      labels: { place: 'hall' },
      unit: '%',
      check: {
        of: 'value',
        bad: [
          { is: 'below', value: 35 },
          { is: 'above', value: 70 },
        ],
        clear: [
          { is: 'from', value: 37 },
          { is: 'up-to', value: 68 },
        ],
        tiers: [
          { is: 'below', value: 30, severity: 'critical' },
          { is: 'from', value: 90, severity: 'critical' },
        ],
      },
      examples: { match: [], noMatch: [] },
    });
  });

  it.each([
    [
      { measurement: { name: 'm', change: { above: 20, within: '1h', as: 'percent' } } },
      { of: 'change', withinMs: 3_600_000, as: 'percent' },
    ],
    [{ measurement: { name: 'm', silentFor: '2h' } }, { of: 'silence', afterMs: 7_200_000 }],
    [{ issues: { of: 'regression' } }, { of: 'regression' }],
    [{ issues: { of: 'opened', within: '10m' } }, { of: 'opened', withinMs: 600_000 }],
    [{ issues: { of: 'users', above: 10 } }, { of: 'users', withinMs: 3_600_000, bad: [{ is: 'above', value: 10 }] }],
    [{ jobs: { of: 'failures', from: 3 } }, { of: 'failures', bad: [{ is: 'from', value: 3 }] }],
    [{ jobs: { of: 'never-ran', after: '1d' } }, { of: 'never-ran', afterMs: 86_400_000 }],
    [{ jobs: { of: 'record-errors', per: 'rows', above: 0.1 } }, { of: 'record-errors', per: 'rows' }],
    [{ usage: { of: 'sessions', below: 1, within: '1d' } }, { of: 'sessions', withinMs: 86_400_000 }],
  ] as const)('looks at %j', (given, check) => {
    const rule = declare(given as never);
    expect('check' in rule ? rule.check : null).toMatchObject(check);
  });

  it('reads texts of the last week, or as old as it is said', () => {
    const rule = declare({ text: { any: ['unplugged'], unless: ['on purpose'], oldest: '30d' } });
    expect(rule).toMatchObject({ over: 'text', any: ['unplugged'], unless: ['on purpose'], oldestMs: 2_592_000_000 });
    expect(declare({ text: { any: ['unplugged'] } })).toMatchObject({ oldestMs: 604_800_000 });
    expect(declare({ text: { any: ['unplugged'], oldest: null } })).toMatchObject({ oldestMs: null });
  });

  it.each([
    [{ measurement: { name: 'm' } }, 'rules[0].measurement', 'needs one of value, change, silentFor'],
    [
      { measurement: { name: 'm', value: { below: 1 }, silentFor: '1h' } },
      'rules[0].measurement',
      'needs one of value, change, silentFor',
    ],
    [
      { measurement: { name: 'm', value: {} } },
      'rules[0].measurement.value',
      'has no bound: below, above, from or upTo',
    ],
    [{ issues: { of: 'users' } }, 'rules[0].issues', 'has no bound: below, above, from or upTo'],
    [{ jobs: { of: 'duration' } }, 'rules[0].jobs', 'has no bound: below, above, from or upTo'],
  ] as const)('F2: that could never fire stops the start: %j', (given, key, reason) => {
    expect(() => declare(given as never)).toThrow(
      expect.objectContaining({ code: 'configuration_invalid', about: { key, reason } }),
    );
  });

  it('says in French why it could never fire', () => {
    const french = (given: object) => {
      try {
        declare(given as never);
      } catch (thrown) {
        return (thrown as GuardianError).explain(messagesFor('fr')).message;
      }
      return null;
    };
    expect(french({ measurement: { name: 'm' } })).toBe(
      'La configuration est fausse à rules[0].measurement : il faut un seul de value, change, silentFor.',
    );
    expect(french({ issues: { of: 'users' } })).toBe(
      'La configuration est fausse à rules[0].issues : n’a pas de borne : below, above, from ou upTo.',
    );
  });
});
