import type { DeliveryQueue, Settlement } from '../ports.ts';

/** Writes settlements that come while one transaction is under way in the next one, together: a transaction costs as much for fifty as for one. */
export function settleTogether(store: Pick<DeliveryQueue, 'settle'>) {
  let waiting: { settlement: Settlement; done(): void; failed(error: unknown): void }[] = [];
  let isWriting = false;

  return (settlement: Settlement): Promise<void> =>
    new Promise((done, failed) => {
      waiting.push({ settlement, done, failed });
      if (!isWriting) void write();
    });

  async function write(): Promise<void> {
    isWriting = true;
    // What ended in the same turn of the event loop comes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const some = waiting;
      waiting = [];
      try {
        await store.settle(some.map(({ settlement }) => settlement));
        for (const { done } of some) done();
      } catch (error) {
        for (const { failed } of some) failed(error);
      }
    }
    isWriting = false;
  }
}
