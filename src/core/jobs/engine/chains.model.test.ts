import fc from 'fast-check';
import { describe, it } from 'vitest';
import { carryOut, compare, scenario } from './chain-scenario-fixtures.ts';
import { createMemoryStore } from './memory-store-fixtures.ts';

/** The gate is 10,000; in every test run fewer. */
const CHAINS = Number(process.env.GUARDIAN_MODEL_CHAINS ?? 250);
/** Of a failure that is to be seen again. */
const SEED = process.env.GUARDIAN_MODEL_SEED;

describe('chains against the reference model', () => {
  it(
    `C10: over ${CHAINS} random chains, outcomes, cancellations and crashes nothing differs and nothing is left open`,
    async () => {
      const property = fc.asyncProperty(scenario, async (told) => {
        const stores = createMemoryStore();
        compare(await carryOut(told, { stores, outbox: async () => stores.outbox }));
      });
      await fc.assert(property, { numRuns: CHAINS, ...(SEED ? { seed: Number(SEED) } : {}) });
    },
    600_000 + CHAINS * 100,
  );
});
