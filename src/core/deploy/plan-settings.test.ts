import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_SETTINGS } from './fake-target-fixtures.ts';
import { refuseUnnamed, stepsOf } from './plan-deployment.ts';
import { applyChange, settingsDifference } from './plan-settings.ts';
import { createSettingHash } from './setting-hash.ts';
import type { RevisionSettings } from './settings.ts';

const hash = createSettingHash('key of this installation');
const NOTHING = { settings: {}, unset: [] };

describe('settings of the next revision', () => {
  it('change in one variable, and in nothing else', () => {
    const after = applyChange(PLAIN_SETTINGS, { settings: { environment: { FEATURE_X: 'on' } }, unset: [] }, hash);
    expect(settingsDifference(PLAIN_SETTINGS, after).map(({ path }) => path)).toEqual(['environment.FEATURE_X']);
    expect(after).toMatchObject({
      memoryBytes: 2 * 1024 ** 3,
      secrets: PLAIN_SETTINGS.secrets,
      environment: { DATABASE_URL: 'hash-of-it' },
    });
    expect(settingsDifference(PLAIN_SETTINGS, applyChange(PLAIN_SETTINGS, NOTHING, hash))).toEqual([]);
  });

  it('lose only what was named, by its name or its path, and names that are not there are refused', () => {
    for (const unset of [
      'DATABASE_URL',
      'environment.DATABASE_URL',
      'API_KEY',
      'secrets.API_KEY',
      'other.labels.team',
      'probes.startup',
      'cpu',
    ]) {
      const after = applyChange(PLAIN_SETTINGS, { settings: {}, unset: [unset] }, hash);
      const difference = settingsDifference(PLAIN_SETTINGS, after);
      expect(difference).toHaveLength(1);
      expect(difference[0]!.kind).toBe('removed');
      expect(() => refuseUnnamed(difference, { settings: {}, unset: [unset] })).not.toThrow();
      expect(() => refuseUnnamed(difference, NOTHING)).toThrow(difference[0]!.path);
    }
    expect(() => applyChange(PLAIN_SETTINGS, { settings: {}, unset: ['TYPO'] }, hash)).toThrow('TYPO');
    expect(() => applyChange(PLAIN_SETTINGS, { settings: {}, unset: ['__proto__'] }, hash)).toThrow('__proto__');
  });

  it('show every field that is not the same, whichever it is', () => {
    const others: Partial<RevisionSettings>[] = [
      { memoryBytes: 512 * 1024 ** 2 },
      { cpu: null },
      { timeoutMs: 1 },
      { concurrency: 1 },
      { minInstances: 1 },
      { maxInstances: 1 },
      { serviceAccount: null },
      { probes: { startup: null, liveness: null, readiness: null } },
      { access: { isAnonymousAllowed: false, callers: ['allUsers'] } },
      { access: { isAnonymousAllowed: true, callers: [] } },
      { secrets: { API_KEY: { secret: 'shop-api-key', version: '4' } } },
      { environment: {} },
      { other: { 'labels.team': 'desk' } },
    ];
    for (const other of others) {
      expect(settingsDifference(PLAIN_SETTINGS, { ...PLAIN_SETTINGS, ...other }).length).toBeGreaterThan(0);
    }
  });

  it('never hold a value, and tell equal values of two variables from nobody', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (value) => {
        const after = applyChange(
          PLAIN_SETTINGS,
          { settings: { environment: { A: value, B: value } }, unset: [] },
          hash,
        );
        expect(after.environment.A).toMatch(/^[0-9a-f]{24}$/);
        expect(after.environment.A).not.toBe(after.environment.B);
        expect(after.environment.A).toBe(hash('A', value));
        expect(JSON.stringify(settingsDifference(PLAIN_SETTINGS, after))).not.toContain(after.environment.A);
      }),
    );
  });

  it('take steps that grow, and end with everything', () => {
    expect(stepsOf([5, 20])).toEqual([5, 20, 100]);
    expect(stepsOf([])).toEqual([100]);
    for (const wrong of [[20, 5], [0, 100], [5, 5], [50, 101], [2.5]]) expect(() => stepsOf(wrong)).toThrow('--steps');
  });
});
