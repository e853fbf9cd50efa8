import { describe, expect, it } from 'vitest';
import { textRule } from '../alert-fixtures.ts';
import type { TextRule } from '../rules/rule.ts';
import { compileTextRule, LONGEST_TEXT, prepareText } from './match-text.ts';
import { splitClauses } from './split-clauses.ts';

const clausesOf = (text: string) => splitClauses(text).map((clause) => clause.text);
const find = (rule: TextRule, text: string) => compileTextRule(rule)(prepareText(text));
const isMatch = (rule: TextRule, text: string) => find(rule, text).matches.length > 0;

const unplugged = textRule({
  name: 'unplugged',
  type: 'UNPLUGGED',
  any: ['unplugged', 'not plugged', 'debranch*', 'pas branche'],
  unless: ['accord*', 'on purpose'],
  resolution: ['plugged back', 'plugged it back', 'rebranch*'],
});
const dry = textRule({
  name: 'dry-note',
  type: 'TOO_DRY',
  any: ['/humidite.{0,20}\\b[12]\\d ?%/', '/humidity.{0,20}\\b[12]\\d ?%/', 'trop sec'],
});

describe('clauses', () => {
  it.each([
    ['Humidity 28.5 %, tank empty.', ['Humidity 28.5 %', 'tank empty']],
    ['Humidité 28,5 %; réservoir vide', ['Humidité 28,5 %', 'réservoir vide']],
    ['The tank is empty but the pads are fine', ['The tank is empty', 'the pads are fine']],
    ['Accord fait\nHumidificateur débranché (rebranché)', ['Accord fait', 'Humidificateur débranché', 'rebranché']],
    ['well-known damp-chaser - off', ['well-known damp-chaser', 'off']],
    ['see example.com at 10:30', ['see example.com at 10:30']],
    ['  ', []],
  ])('of "%s"', (text, expected) => {
    expect(clausesOf(text)).toEqual(expected);
  });
});

describe('a text', () => {
  it('F5: ordinary readings raise nothing', () => {
    const notes = [
      'Température 23°, humidité 45 %, tout est beau.',
      'Humidity 42 %; tuned to A440.',
      'Accordé à 440 Hz. Humidité : 47%',
      'Réservoir rempli, 20 % de moins que la dernière fois, humidité 44 %',
      'Lid not plugged with felt on purpose',
    ];
    for (const note of notes) expect([isMatch(unplugged, note), isMatch(dry, note)]).toEqual([false, false]);
  });

  it('F5: what is said of one thing hides no other in the same note', () => {
    const note = 'Humidité 28 % à l’arrivée. Système débranché, tout le reste est réglé.';
    expect(find(dry, note).matches).toEqual([
      { clause: 'Humidité 28 % à l’arrivée', pattern: '/humidite.{0,20}\\b[12]\\d ?%/' },
    ]);
    expect(find(unplugged, note).matches).toEqual([{ clause: 'Système débranché', pattern: 'debranch*' }]);
    const both = 'Piano 1: unplugged and plugged back in. Piano 2: unplugged.';
    const next = { ...unplugged, resolutionReach: 'next' } as const;
    expect(find(next, both).matches.map(({ clause }) => clause)).toEqual(['Piano 2: unplugged']);
  });

  it.each([
    ['Found it unplugged', true],
    ['FOUND IT UNPLUGGED', true],
    ['le système était Débranché', true],
    ['système debranchée', true],
    ['it was unplugged on purpose', false],
    ['was unplugged so I plugged it back', false],
    ['the unpluggedness of it', false],
  ])('"%s" matches: %s', (text, expected) => {
    expect(isMatch(unplugged, text)).toBe(expected);
  });

  it('that says that it was put right is good news of it', () => {
    expect(find(unplugged, 'rebranché le système')).toMatchObject({
      matches: [],
      resolved: [{ pattern: 'rebranch*' }],
    });
    expect(find(unplugged, 'tuned, all well')).toEqual({ matches: [], resolved: [] });
  });

  it.each([
    ['clause', 'Humidifier: red light', true],
    ['clause', 'Humidifier checked, red light', false],
    ['sentence', 'Humidifier checked, red light', true],
    ['sentence', 'Humidifier checked. A red light', false],
    ['text', 'Humidifier checked. A red light', true],
    ['text', 'A red light', false],
  ] as const)('needs its context in the same %s: "%s" is %s', (contextReach, text, expected) => {
    const rule = textRule({ name: 'light', type: 'LIGHT', any: ['red light'], context: ['humidif*'], contextReach });
    expect(isMatch(rule, text)).toBe(expected);
  });

  it('is looked at up to a bound, and says so', () => {
    const long = `${'a '.repeat(LONGEST_TEXT)}unplugged`;
    expect(prepareText(long).isCut).toBe(true);
    expect(isMatch(unplugged, long)).toBe(false);
    expect(prepareText('short').isCut).toBe(false);
  });

  it.each([
    ['commas', ','.repeat(LONGEST_TEXT)],
    ['words that join', ' and'.repeat(LONGEST_TEXT / 4)],
    ['spaces', ' '.repeat(LONGEST_TEXT)],
    ['dots', '.'.repeat(LONGEST_TEXT)],
    ['one word', 'humidite'.repeat(LONGEST_TEXT / 8)],
    ['marks', `e${'\u0301'.repeat(LONGEST_TEXT - 1)}`],
    ['half of a pair', '\ud83d'.repeat(LONGEST_TEXT)],
    ['the beginnings of matches', 'humidite 1 '.repeat(LONGEST_TEXT / 11)],
  ])('of nothing but %s is looked at like any other', (_what, text) => {
    expect(find(dry, text).matches).toEqual([]);
    expect(find(unplugged, text).matches).toEqual([]);
  });
});
