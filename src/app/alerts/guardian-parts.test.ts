import { expect, it } from 'vitest';
import type { LoopState } from '../../core/jobs/index.ts';
import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import { guardianParts } from './guardian-parts.ts';

const NOON = Date.UTC(2026, 9, 19, 12);
const loop = (more: Partial<LoopState>): LoopState =>
  ({ name: 'runner', isStopped: true, lastError: null, startedAt: NOON, lastTurnAt: NOON, ...more }) as LoopState;
const partsOf = (more: Partial<Parameters<typeof guardianParts>[0]>) =>
  guardianParts({
    store: { notifications: { log: { health: async () => [] } } } as never,
    failuresInRow: 3,
    engine: () => [],
    telling: () => [],
    worker: () => ({ isStopped: true }),
    ingest: () => ({ problem: null }),
    sources: async () => [],
    messages: messagesFor('fr'),
    ...more,
  });

it('a source that Guardian goes to is a part: one that cannot be read does not work, and why', async () => {
  const sources = async () => [
    { source: 'file:/a.log', name: '/a.log', problem: null },
    { source: 'cloud-logging:p', name: 'Cloud Logging p', problem: '403' },
  ];
  expect(await partsOf({ sources }).parts('source')).toEqual([
    { id: 'file:/a.log', name: '/a.log', isWorking: true, reason: null },
    { id: 'cloud-logging:p', name: 'Cloud Logging p', isWorking: false, reason: '403' },
  ]);
});

it('what stands still says so in the language of the installation', async () => {
  const lastError = new GuardianError('store_unavailable', { reason: 'ECONNREFUSED' });
  const engine = () => [loop({}), loop({ name: 'settle', lastError })];
  const { stopped, deliveryWorker } = messagesFor('fr').notify.outage;
  expect(await partsOf({ engine }).parts('scheduler')).toMatchObject([
    { name: 'runner', isWorking: false, reason: stopped },
    { name: 'settle', isWorking: false, reason: lastError.explain(messagesFor('fr')).message },
  ]);
  expect(await partsOf({}).parts('delivery-worker')).toEqual([
    { id: 'delivery-worker', name: deliveryWorker, isWorking: false, reason: stopped },
  ]);
});
