import { describe, expect, it } from 'vitest';
import { errorEvent, event, START } from '../../../test/fixtures/understanding.ts';
import { surroundings } from './surroundings.ts';

const failure = errorEvent({ id: 'failure', traceId: 'trace-1' });
const at = (seconds: number, changes = {}) => event({ id: `at ${seconds}`, time: START + seconds * 1000, ...changes });
const ids = (events: { id: string }[]) => events.map((one) => one.id);

describe('the entries around an event', () => {
  it('are those before it rather than after it, in the order of time', () => {
    const context = [at(-9), at(-6), at(-3), at(1), at(2), at(4)];
    expect(ids(surroundings(failure, context, 5))).toEqual(['at -6', 'at -3', 'failure', 'at 1', 'at 2']);
  });

  it('prefer its own trace, then its instance', () => {
    const context = [
      at(-1, { instance: 'instance-2' }),
      at(-100, { traceId: 'trace-1', instance: 'instance-2' }),
      at(-50),
      at(-2, { instance: 'instance-2' }),
    ];
    expect(ids(surroundings(failure, context, 3))).toEqual(['at -100', 'at -50', 'failure']);
  });

  it('hold the event once, and nothing from far away', () => {
    expect(ids(surroundings(failure, [failure, at(-3600)], 20))).toEqual(['failure']);
  });

  it('are none when none are asked for', () => {
    expect(surroundings(failure, [at(-1)], 0)).toEqual([]);
  });
});
