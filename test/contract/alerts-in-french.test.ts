import { expect, it } from 'vitest';
import { humidity, MINUTE, START, setUp, tooDry, tooHumid } from '../../src/core/alerts/alert-fixtures.ts';
import {
  eventRules,
  GUARDIAN_RULES,
  JOB_WATCH_RULES,
  type Rule,
  SEALING_RULE,
  usageRules,
} from '../../src/core/alerts/index.ts';
import { renderMessage } from '../../src/core/notify/index.ts';
import { toldOf } from '../../src/core/notify/intake/told-of.ts';
import { inWords } from '../../src/core/notify/worker/in-words.ts';
import { messagesFor, sayingsOf, textFor, textOf } from '../../src/core/shared/index.ts';

const SILENT: Rule = { ...tooDry, name: 'silent', type: 'SILENT', check: { of: 'silence', afterMs: 30 * MINUTE } };
const JUMPS: Rule = {
  ...tooDry,
  ...{ name: 'jumps', type: 'JUMPS', measurement: 'temperature', unit: '°C' },
  check: {
    of: 'change',
    withinMs: 60 * MINUTE,
    as: 'difference',
    bad: [{ is: 'above', value: 5 }],
    clear: [],
    tiers: [],
  },
};
const OWN: Rule = { ...tooDry, name: 'own', type: 'OWN', description: 'Fill {subject}: {value} ({threshold})' };
const BLIND: Rule = {
  ...{ name: 'blind', type: 'BLIND', severity: 'error', description: null, advice: null, projectId: null },
  ...{ damping: { forMs: 0, badCount: 1, goodCount: 1 }, over: 'issues', services: [] },
  check: { of: 'regression' },
};
const RULES: Rule[] = [
  ...[tooDry, tooHumid, SILENT, JUMPS, OWN, BLIND, SEALING_RULE, ...JOB_WATCH_RULES],
  ...eventRules({ errors: 10, criticals: 2, windowMs: 5 * MINUTE }),
  ...usageRules({ errorRatePercent: 10, errorRateRequests: 20, userErrors: 5, userErrorsMinutes: 10 }),
];

/** Every rule that everybody has, and one of each kind of measurement, fires on an installation that speaks English. */
async function firedInEnglish() {
  const about = { service: 'shop', projectId: 1 };
  const { alerts, clock, store } = setUp(RULES, {
    types: [...RULES.map(({ type }) => type)],
    readers: {
      issues: { list: () => Promise.reject(new Error('ECONNRESET')) } as never,
      jobs: {
        jobs: { list: async () => [] },
        runs: {} as never,
        watch: () => [
          {
            ...{ jobId: 'sync', label: 'Sync', projectId: null },
            missedTick: { condition: 'bad', ticks: [START - 3 * MINUTE, START - 2 * MINUTE] },
            neverRan: { condition: 'bad', firstTick: START - 3 * MINUTE },
          },
        ],
      },
      usage: {
        usage: async () => [],
        errorRates: async () => [{ ...about, requests: 200, errors: 57 }],
        usersWithErrors: async () => [
          {
            ...{ ...about, user: 'ana@piano.ca', errors: 7, endpoint: '/api' },
            ...{ reachedAt: clock.at, stillAt: clock.at, lastAt: clock.at },
          },
        ],
      },
      parts: { parts: async () => [{ id: 'sms', name: 'Twilio', isWorking: false, reason: 'ECONNREFUSED' }] },
      errors: {
        errors: async () => [{ ...about, at: clock.at, seenAt: clock.at, errors: 1_234, criticals: 3 }],
        unsealed: async () => [{ ...about, at: clock.at, count: 4, reason: 'no-key' }],
      },
    },
  });
  const temperature = { name: 'temperature', unit: '°C' };
  await alerts.postMeasurements([
    ...[humidity(28.5, START), humidity(90.25, START, '13')],
    ...[10, 18.5].map((value, index) => ({ ...humidity(value, START + index), ...temperature })),
  ]);
  const say = sayingsOf(messagesFor('en').jobs, 'jobs');
  await alerts.postAlert({
    ...{ projectId: null, type: 'JOB_LIKELY_TO_FAIL', state: 'firing', severity: 'warning', threshold: null },
    subject: { kind: 'job', id: 'sync', name: 'Sync', labels: {} },
    ...{ value: 80, unit: '%', advice: null, evidence: null },
    description: say.likely.failure('Sync', 80, [say.signals.streak]),
  });
  for (const _ of [1, 2, 3]) {
    clock.at += 20 * MINUTE;
    await alerts.evaluateSchedules();
  }
  return { rows: [...store.tables.alerts.values()], outbox: store.tables.outbox, at: clock.at };
}

it('a French recipient of an English installation reads no English sentence of Guardian’s', async () => {
  const { rows, outbox, at } = await firedInEnglish();
  const types = new Set(rows.map(({ type }) => type));
  const wanted = [...RULES, ...GUARDIAN_RULES].map(({ type }) => type);
  expect([...wanted, 'RULE_CANNOT_LOOK', 'JOB_LIKELY_TO_FAIL'].filter((type) => !types.has(type)))
    // What cannot look fires nothing of its own.
    .toEqual(['BLIND']);
  expect(rows.find(({ type }) => type === 'TOO_DRY')).toMatchObject({
    ...{ threshold: 'below 30 %', description: 'humidity of Piano 12 is 28.5 % (limit: below 30 %)' },
  });
  const told = outbox.map((entry, id) => toldOf({ id, at, ...entry })).filter((one) => one !== null);
  expect(told.length).toBeGreaterThanOrEqual(rows.length);
  const texts = told.map(({ notification }) => {
    const { text, subject } = renderMessage([inWords(notification, 'fr')], {
      ...{ form: 'single', timeZone: 'America/Montreal', language: 'fr', tag: null, publicUrl: null },
      ...{ acknowledgeUrl: null, repeat: 0, isUnrouted: false, ended: 0, at },
    });
    return `${subject}\n${text}`;
  });
  const all = texts.join('\n').replace(/Fill Piano/g, '');
  expect(all).not.toMatch(
    /\b(the|of|is|are|was|has|have|within|limit|below|above|more|or|records|failed|likely|could|not|never|nothing|until|see)\b/i,
  );
  expect(all).not.toMatch(/\d\.\d/);
  expect(all).toContain('humidity de Piano 12 : 28,5 % (limite : moins de 30 %)');
  expect(all).toContain('Aucune mesure de humidity de Piano 12 depuis');
  expect(all).toContain('La règle blind n’a pas pu regarder : ECONNRESET');
  expect(all).toContain('plusieurs échecs de suite');
  // A team’s own sentence stays as it wrote it; what is filled in is the reader’s.
  expect(texts.join('\n')).toContain('Fill Piano 12: 28,5 (moins de 30 %)');
});

it('a sentence that another version kept is read as it was written', () => {
  const french = messagesFor('fr');
  expect(textFor('It rained', { say: 'alerts.rained', about: [] }, french)).toBe('It rained');
  expect(textFor('It rained', { say: 'alerts.measured', about: [null] }, french)).toBe('It rained');
  expect(textFor('It rained', { say: 'alerts.constructor', about: [] }, french)).toBe('It rained');
  expect(textFor(null, null, french)).toBeNull();
  expect(() => textOf({ say: '__proto__.toString', about: [] }, french)).toThrow('there is no sentence');
});
