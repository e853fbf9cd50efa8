import { type GuardianError, toGuardianError } from '../core/shared/index.ts';

type End = () => Promise<unknown> | unknown;

/** How what was begun ends: in reverse, each once, also where one fails, of which `onFailure` is told. */
export function createStops(onFailure: (error: GuardianError) => void) {
  const ends: End[] = [];
  return {
    push(end: End): void {
      ends.push(end);
    },

    /** Rejects with the first failure, when all have ended. */
    async stop(): Promise<void> {
      const failures = await endAll();
      if (failures.length > 0) throw failures[0];
    },

    /** Ends all, and rejects with the reason. */
    async giveUp(reason: unknown): Promise<never> {
      await endAll();
      throw reason;
    },
  };

  async function endAll(): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const end of ends.splice(0).reverse()) {
      try {
        await end();
      } catch (thrown) {
        failures.push(thrown);
        onFailure(toGuardianError(thrown));
      }
    }
    return failures;
  }
}
