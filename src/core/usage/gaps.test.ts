import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gap, gapsAfter } from './gaps.ts';

const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 });

test('what is missing is what never came, however the numbers come, in whatever pieces and how often', () => {
  fc.assert(
    fc.property(
      numbers,
      fc.array(fc.integer({ min: 1, max: 8 })),
      fc.infiniteStream(fc.nat()),
      (sent, sizes, random) => {
        const repeated = [...sent, ...sent.slice(0, 10)].map((number) => ({ number, order: random.next().value! }));
        const came = repeated.sort((a, b) => a.order - b.order).map(({ number }) => number);
        let state: { gaps: Gap[]; highest: number } = { gaps: [], highest: 0 };
        for (let at = 0; came.length > 0; at++) {
          const piece = came.splice(0, sizes[at] ?? 5);
          state = gapsAfter(
            piece.map((number) => ({ first: number, last: number, at: number * 1_000 })),
            state,
          );
        }
        const missing = state.gaps.flatMap(({ first, last }) =>
          Array.from({ length: last - first + 1 }, (_, index) => first + index),
        );
        const highest = Math.max(...sent);
        const expected = Array.from({ length: highest }, (_, index) => index + 1).filter((one) => !sent.includes(one));
        expect([state.highest, missing.sort((a, b) => a - b)]).toEqual([highest, expected]);
        // Each is missed when the number behind it was let go.
        for (const { last, at } of state.gaps) expect(at).toBe((last + 1) * 1_000);
      },
    ),
  );
});
