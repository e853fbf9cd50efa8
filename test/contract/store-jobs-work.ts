import { openStore, type StoreLocation } from '../../src/adapters/store/sql/index.ts';
import { systemClock } from '../../src/core/shared/index.ts';
import { endOf, noFollow } from './store-jobs.ts';

/**
 * A process that carries out what is queued in a store, without a break, until it is killed: `store-jobs-work.ts LOCATION`, the location as
 * JSON. Prints a line for each batch that it has ended.
 */
const location = JSON.parse(process.argv[2]!) as StoreLocation;
const store = await openStore({ dialect: location, role: 'shared', clock: systemClock });
const node = `process-${process.pid}`;
for (;;) {
  const { runs } = await store.runs.claim({ node, at: Date.UTC(2031, 0, 6, 7), limit: 5 });
  // Every other attempt is tried once more, so that there is always something to do.
  const ends = runs.map((run, index) =>
    endOf(run, index % 2 === 0 ? {} : { next: { kind: 'retry', dueAt: run.createdAt } }),
  );
  await store.runs.settle(ends, noFollow);
  process.stdout.write(`${runs.length}\n`);
}
