import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createSaltFiles } from '../../adapters/store/salt-files.ts';
import type { Store } from '../../adapters/store/sql/index.ts';
import * as settings from '../../config/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import { createUsageNames, type UsageNames } from '../../core/usage/index.ts';

export interface UsageNamesContext {
  configuration: settings.Configuration;
  folder: string;
  store: Store;
  clock: Clock;
}

/** The names of users in this thread; every thread and node that opens them agrees. */
export async function openUsageNames({ configuration, folder, store, clock }: UsageNamesContext): Promise<UsageNames> {
  const { identity, saltEvery: span } = configuration.usage;
  const { data } = settings.placesOf(configuration, folder);
  const vault = store.usageSalts ?? createSaltFiles(join(data, 'salts'));
  return createUsageNames({
    pseudonyms: identity === 'pseudonym' ? { vault, span } : null,
    store: store.usage,
    erasureKey: await erasureKeyOf(store),
    now: () => clock.now(),
  });
}

const ERASURE_KEY = 'usage.erasureKey';

/** Made once, by whoever comes first. */
async function erasureKeyOf({ kysely, settings: kept }: Store): Promise<Uint8Array> {
  const value = JSON.stringify(randomBytes(32).toString('base64'));
  await kysely
    .insertInto('setting')
    .values({ name: ERASURE_KEY, value })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return Buffer.from(String(await kept.get(ERASURE_KEY)), 'base64');
}
