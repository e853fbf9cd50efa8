import { expect, it } from 'vitest';
import { inWords } from '../worker/in-words.ts';
import { toldOf } from './told-of.ts';

const payload = {
  id: 'dep-1',
  service: 'shop',
  target: 'shop-eu',
  buildId: 42,
  revision: 'shop-42',
  goodRevision: 'shop-41',
  commit: 'abc1234',
  reason: null,
  facts: {},
};
const row = (kind: string, more: object = {}) => ({
  id: 7,
  at: 1_000,
  kind,
  projectId: 1,
  subjectId: 'dep-1',
  payload: { ...payload, ...more },
});

it('tells that a deployment got all the traffic, and until when it is watched', () => {
  const told = toldOf(row('deployment-finished', { watchedUntil: Date.UTC(2026, 0, 31, 12, 30) }));
  expect(told?.notification).toMatchObject({
    occasion: 'deployment_finished',
    severity: 'info',
    match: { service: 'shop', labels: { target: 'shop-eu' } },
    about: { kind: 'deployment', id: 'dep-1' },
    facts: { title: 'shop, build 42', path: '/deployments/dep-1', cause: null },
  });
  expect(told?.notification.facts.details).toContainEqual({ label: 'watchedUntil', text: '2026-01-31T12:30:00.000Z' });
});

it.each([
  ['en', 'The new revision fails more often than the old one at the same time.', 'Errors, new revision', 'Pinned to'],
  [
    'fr',
    'La nouvelle révision échoue plus souvent que l’ancienne au même moment.',
    'Erreurs, nouvelle révision',
    'Figé sur',
  ],
] as const)('tells in %s why it went back, with the numbers and the pin', (language, cause, errors, pinned) => {
  const facts = { newErrors: 11, newRequests: 400, oldErrors: 4, oldRequests: 7600, errorP: 0.000_012_3 };
  const told = toldOf(row('deployment-rolled-back', { reason: 'errors', facts, pinnedTo: 'shop-41' }));
  expect(told?.notification).toMatchObject({ occasion: 'deployment_rolled_back', severity: 'error' });
  const said = inWords(told!.notification, language).facts;
  expect(said.cause).toBe(cause);
  expect(said.advice).not.toContain('deploy-remedy');
  expect(said.details).toEqual(
    expect.arrayContaining([
      { label: errors, text: '11' },
      { label: pinned, text: 'shop-41' },
      { label: 'p (errors)'.replace('errors', language === 'fr' ? 'erreurs' : 'errors'), text: '< 0.001' },
    ]),
  );
});

it('a rollback by hand is a warning, and a row without a service no news', () => {
  expect(toldOf(row('deployment-rolled-back', { reason: 'by_hand' }))?.notification.severity).toBe('warning');
  expect(toldOf(row('deployment-finished', { service: null }))).toBeNull();
  expect(toldOf(row('deployment-changed'))).toBeNull();
});
