import { expect, it } from 'vitest';
import { GuardianError } from '../core/shared/index.ts';
import { createStops } from './stops.ts';

function begun() {
  const ended: string[] = [];
  const told: string[] = [];
  const stops = createStops(({ code }) => told.push(code));
  stops.push(() => ended.push('store'));
  stops.push(async () => {
    throw new GuardianError('store_full');
  });
  stops.push(() => {
    throw new GuardianError('store_locked');
  });
  stops.push(async () => ended.push('rounds'));
  return { stops, ended, told };
}

it('ends all in reverse, also below what fails to end, and then fails with the first', async () => {
  const { stops, ended, told } = begun();
  await expect(stops.stop()).rejects.toMatchObject({ code: 'store_locked' });
  expect(ended).toEqual(['rounds', 'store']);
  expect(told).toEqual(['store_locked', 'store_full']);
  await stops.stop();
  expect(ended).toEqual(['rounds', 'store']);
});

it('gives up for the reason that was given, whatever fails to end', async () => {
  const { stops, ended, told } = begun();
  await expect(stops.giveUp(new Error('the port is taken'))).rejects.toThrow('the port is taken');
  expect([ended, told]).toEqual([
    ['rounds', 'store'],
    ['store_locked', 'store_full'],
  ]);
});
