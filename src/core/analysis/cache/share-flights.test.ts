import { describe, expect, it } from 'vitest';
import { createSharedFlights } from './share-flights.ts';

/** Work that a test ends. */
function heldWork() {
  const started: { signal: AbortSignal; land(value: string): void; crash(error: Error): void }[] = [];
  return {
    started,
    work: (signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => {
        started.push({ signal, land: resolve, crash: reject });
      }),
  };
}

describe('shared work', () => {
  it('is done once for equal calls at the same time, and anew after its end', async () => {
    const flights = createSharedFlights<string>();
    const { started, work } = heldWork();
    const calls = [flights.join('k', undefined, work), flights.join('k', undefined, work)];
    const other = flights.join('other', undefined, work);
    expect([started.length, flights.size]).toEqual([2, 2]);
    started[0]!.land('first');
    started[1]!.land('second');
    expect(await Promise.all([...calls, other])).toEqual(['first', 'first', 'second']);
    expect(flights.size).toBe(0);
    void flights.join('k', undefined, work);
    expect(started).toHaveLength(3);
  });

  it('fails for all of them alike, and holds nothing afterwards', async () => {
    const flights = createSharedFlights<string>();
    const { started, work } = heldWork();
    const calls = [flights.join('k', undefined, work), flights.join('k', new AbortController().signal, work)];
    started[0]!.crash(new Error('broken'));
    for (const call of calls) await expect(call).rejects.toThrow('broken');
    expect(flights.size).toBe(0);
  });

  it('goes on when one of them leaves, and ends when all have', async () => {
    const flights = createSharedFlights<string>();
    const { started, work } = heldWork();
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [flights.join('k', first.signal, work), flights.join('k', second.signal, work)];
    first.abort(new Error('first left'));
    await expect(calls[0]).rejects.toThrow('first left');
    expect(started[0]!.signal.aborted).toBe(false);
    second.abort(new Error('second left'));
    await expect(calls[1]).rejects.toThrow('second left');
    expect(started[0]!.signal.aborted).toBe(true);
    const anew = flights.join('k', undefined, work);
    expect(started).toHaveLength(2);
    started[0]!.crash(new Error('ended'));
    started[1]!.land('anew');
    expect(await anew).toBe('anew');
  });

  it('goes on for a caller who cannot leave', async () => {
    const flights = createSharedFlights<string>();
    const { started, work } = heldWork();
    const leaving = new AbortController();
    const staying = flights.join('k', undefined, work);
    const left = flights.join('k', leaving.signal, work);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(started[0]!.signal.aborted).toBe(false);
    started[0]!.land('done');
    expect(await staying).toBe('done');
  });

  it('is not begun for a caller who has left already', async () => {
    const flights = createSharedFlights<string>();
    const { started, work } = heldWork();
    await expect(flights.join('k', AbortSignal.abort(new Error('gone')), work)).rejects.toThrow('gone');
    expect(started).toEqual([]);
  });
});
