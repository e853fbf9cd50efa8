import { migrateStore, openStore } from '../../adapters/store/sql/index.ts';
import * as settings from '../../config/index.ts';
import { messagesFor, toGuardianError, toInstant } from '../../core/shared/index.ts';
import type { NightCheck, NightChecksOptions } from '../night-checks.ts';

/** The last record of each service: a middleware that records nothing shows here. Where there is no store yet there is nothing to say. */
export async function* checkUsage({ configuration, folder, clock }: NightChecksOptions): AsyncGenerator<NightCheck> {
  const dialect = settings.storeLocationOf(configuration, folder);
  const { doctor } = messagesFor(configuration.language).usage;
  const name = 'usageRecords';
  try {
    // Looking changes nothing: tables that are missing or older are the start's to make.
    if ((await migrateStore(dialect, { isDryRun: true })).carriedOut.length > 0) return;
    const store = await openStore({ dialect, role: 'shared', clock });
    try {
      const records = await store.usage.lastRecords();
      if (records.length === 0) yield { name, about: null, outcome: 'note', detail: doctor.none };
      for (const { service, at } of records)
        yield { name, about: null, outcome: 'ok', detail: doctor.last(service, toInstant(at)) };
    } finally {
      await store.close();
    }
  } catch (thrown) {
    yield { name, about: null, outcome: 'failed', detail: '', error: toGuardianError(thrown) };
  }
}
