import { describe, expect, it } from 'vitest';
import { jobRule, textRule, tooDry, tooHumid } from '../alert-fixtures.ts';
import { BUILT_IN_TYPES } from './built-in.ts';
import { missedExamples, scoreOfExamples } from './examples.ts';
import { scoreLabelled } from './labelled-texts.ts';
import type { MeasurementRule, Rule } from './rule.ts';
import { createRuleSet } from './rule-set.ts';

const set = (rules: Rule[], types = ['TOO_DRY', 'TOO_HUMID', 'UNPLUGGED', 'JOB_TROUBLE']) =>
  createRuleSet({ rules, types });
const problemOf = (rules: Rule[], types?: string[]) => {
  try {
    set(rules, types);
    return null;
  } catch (thrown) {
    return (thrown as { about: { key: string; reason: string } }).about;
  }
};
const over = (check: Partial<Extract<MeasurementRule['check'], { of: 'value' }>>): MeasurementRule => ({
  ...tooDry,
  check: { of: 'value', bad: [{ is: 'below', value: 35 }], clear: [], tiers: [], ...check },
});

const unplugged = textRule({
  name: 'unplugged',
  type: 'UNPLUGGED',
  any: ['unplugged'],
  examples: { match: ['it was unplugged'], noMatch: ['it was plugged in'] },
});

describe('a set of rules', () => {
  it('holds what is right, and Guardian’s own', () => {
    const made = set([tooDry, tooHumid, unplugged]);
    expect(made.rules.map(({ name }) => name)).toEqual([
      ...['too-dry', 'too-humid', 'unplugged', 'guardian-channel', 'guardian-delivery-worker', 'guardian-run-log'],
      ...['guardian-scheduler', 'guardian-ingest', 'guardian-source'],
    ]);
    expect([...made.types]).toEqual(expect.arrayContaining(['TOO_DRY', ...BUILT_IN_TYPES]));
  });

  it('F4: refuses a rule whose type is not declared, before anything starts', () => {
    expect(problemOf([{ ...tooDry, type: 'TO_DRY' }])).toMatchObject({
      key: 'rules[0] (too-dry).type',
      reason: '"TO_DRY" is not declared',
      remedy: expect.stringContaining('TOO_DRY'),
    });
    expect(problemOf([], ['too dry'])).toMatchObject({ key: 'alertTypes[0]' });
  });

  it('F5: refuses a rule whose examples do not hold', () => {
    const wrong = { ...unplugged, examples: { match: ['it was unplugged'], noMatch: ['never unplugged'] } };
    expect(problemOf([wrong])).toMatchObject({
      key: 'rules[0] (unplugged).examples.noMatch[0]',
      reason: 'the rule matches "never unplugged"',
    });
    expect(problemOf([{ ...tooDry, examples: { match: [28.5, 35], noMatch: [45] } }])).toMatchObject({
      key: 'rules[0] (too-dry).examples.match[1]',
    });
  });

  it.each([
    ['a name twice', [tooDry, tooDry], 'rules[1] (too-dry).name'],
    ['a name of Guardian’s', [{ ...tooDry, name: 'posted' }], 'rules[0] (posted).name'],
    ['a name that is none', [{ ...tooDry, name: 'Too Dry' }], 'rules[0] (Too Dry).name'],
    ['no bound', [over({ bad: [] })], 'rules[0] (too-dry).bad'],
    [
      'bounds that no value escapes',
      [
        over({
          bad: [
            { is: 'below', value: 5 },
            { is: 'from', value: 5 },
          ],
        }),
      ],
      'rules[0] (too-dry).bad',
    ],
    ['a clear threshold on the wrong side', [over({ clear: [{ is: 'from', value: 30 }] })], 'rules[0] (too-dry).clear'],
    [
      'clear thresholds that exclude each other',
      [
        over({
          clear: [
            { is: 'above', value: 50 },
            { is: 'below', value: 40 },
          ],
        }),
      ],
      'rules[0] (too-dry).clear',
    ],
    [
      'a tier beyond',
      [over({ tiers: [{ is: 'below', value: 40, severity: 'critical' }] })],
      'rules[0] (too-dry).tiers',
    ],
    ['a number that is none', [over({ bad: [{ is: 'below', value: Number.NaN }] })], 'rules[0] (too-dry).bad'],
    ['an unknown placeholder', [{ ...tooDry, description: 'see {valeu}' }], 'rules[0] (too-dry).description'],
    ['a pattern with a look-around', [{ ...unplugged, any: ['/(?=x)y/'] }], 'rules[0] (unplugged)'],
    ['a pattern without a word', [{ ...unplugged, any: ['***'] }], 'rules[0] (unplugged)'],
    ['no pattern', [{ ...unplugged, any: [] }], 'rules[0] (unplugged).any'],
    [
      'no look before the first',
      [{ ...tooDry, damping: { forMs: 0, badCount: 0, goodCount: 1 } }],
      'rules[0] (too-dry).for',
    ],
    [
      'record errors of nothing',
      [jobRule({ of: 'record-errors', per: '', bad: [{ is: 'above', value: 0.1 }], clear: [], tiers: [] })],
      'rules[0] (jobs).per',
    ],
  ] as [string, Rule[], string][])('refuses %s', (_what, rules, key) => {
    expect(problemOf(rules)).toMatchObject({ key });
  });
});

describe('precision and recall', () => {
  const rule = {
    ...unplugged,
    any: ['unplugged', 'off'],
    examples: { match: ['unplugged', 'is off', 'no power'], noMatch: ['off the wall', 'plugged', 'on'] },
  };

  it('of examples', () => {
    const made = set([{ ...rule, examples: { match: [], noMatch: [] } }]);
    const { find } = made.texts[0]!;
    expect(scoreOfExamples(rule, find)).toEqual({
      ...{ truePositives: 2, falsePositives: 1, falseNegatives: 1, trueNegatives: 2 },
      ...{ precision: 2 / 3, recall: 2 / 3 },
    });
    expect(missedExamples(rule, find).map(({ list, example }) => [list, example])).toEqual([
      ['match', 'no power'],
      ['noMatch', 'off the wall'],
    ]);
    expect(scoreOfExamples(unplugged, find)?.precision).toBe(1);
    expect(scoreOfExamples({ ...unplugged, examples: { match: [], noMatch: [] } }, find)).toBeNull();
  });

  it('of texts that people labelled, by type; a type without a rule is missed', () => {
    const { total, byType, misses } = scoreLabelled(set([unplugged]), [
      { text: 'it was unplugged', types: ['UNPLUGGED'] },
      { text: 'it had no power', types: ['UNPLUGGED'] },
      { text: 'tuned', types: [] },
      { text: 'the tank is dry', types: ['TOO_DRY'] },
    ]);
    expect(byType.get('UNPLUGGED')).toMatchObject({ precision: 1, recall: 0.5 });
    expect(byType.get('TOO_DRY')).toMatchObject({ precision: null, recall: 0 });
    expect(total).toMatchObject({ truePositives: 1, falseNegatives: 2, falsePositives: 0 });
    expect(misses.map(({ line, type }) => [line, type])).toEqual([
      [2, 'UNPLUGGED'],
      [4, 'TOO_DRY'],
    ]);
  });
});
