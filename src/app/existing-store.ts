import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import { type Clock, GuardianError, messagesFor } from '../core/shared/index.ts';

export interface ExistingStoreOptions {
  configuration: settings.Configuration;
  folder: string;
  clock: Clock;
}

/** Of the embedded store. */
const DATABASE = 'guardian.db';

/**
 * The store of a Guardian that has run, for a command beside it. Throws `not_found` where none did: in the wrong folder a new, empty database would
 * answer that nothing is wrong.
 */
export async function openExistingStore({ configuration, folder, clock }: ExistingStoreOptions): Promise<Store> {
  const location = settings.storeLocationOf(configuration, folder);
  const file = location.kind === 'sqlite' ? join(location.folder, DATABASE) : null;
  if (file !== null && !existsSync(file)) {
    const { noStore, noStoreRemedy } = messagesFor(configuration.language).cli;
    throw new GuardianError('not_found', { path: `${noStore} (${file})`, remedy: noStoreRemedy });
  }
  return openStore({ dialect: location, role: 'shared', clock });
}
