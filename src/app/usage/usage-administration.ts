import { hostname, userInfo } from 'node:os';
import type { Configuration } from '../../config/index.ts';
import type { Clock } from '../../core/shared/index.ts';
import type { Erasure, UsagePeople } from '../../core/usage/index.ts';
import { openAudit } from '../audit/open-audit.ts';
import { openExistingStore } from '../existing-store.ts';
import { openUsageNames } from './names.ts';
import { erasingReports, openUsagePeople } from './people.ts';
import { openUsageReports } from './reports.ts';
import { createUsageSummaries } from './summaries.ts';

export interface UsageAdministrationOptions {
  configuration: Configuration;
  folder: string;
  clock: Clock;
}

/** What an administrator does about one user of the watched applications, on the terminal of the machine itself; each is an audit row. */
export function openUsageAdministration({ configuration, folder, clock }: UsageAdministrationOptions) {
  type Note = (action: string, fields?: Record<string, unknown>) => Promise<void>;

  async function withPeople<T>(user: string, work: (people: UsagePeople, note: Note) => Promise<T>): Promise<T> {
    const store = await openExistingStore({ configuration, folder, clock });
    try {
      const context = { configuration, folder, store, clock };
      const names = await openUsageNames(context);
      const summaries = createUsageSummaries({
        store,
        timeZone: configuration.timeZone,
        kept: configuration.usage,
        clock,
      });
      const people = erasingReports(await openUsagePeople(context, names), openUsageReports({ ...context, summaries }));
      const audit = openAudit({ configuration, folder, store: store.audit, clock, onFailure: () => {} });
      return await work(people, async (action, fields) => {
        await audit.record({
          at: clock.now(),
          actor: `${userInfo().username}@${hostname()}`,
          action,
          object: `user ${names.hashOf(user).slice(0, 22)}`,
          outcome: 'success',
          address: null,
          fields: fields ?? null,
        });
        await audit.checkpoint();
      });
    } finally {
      await store.close();
    }
  }

  return {
    /** Gives each piece to `write`, which may wait. */
    exportUser: (user: string, format: 'json' | 'csv', write: (text: string) => Promise<void> | void): Promise<void> =>
      withPeople(user, async (people, note) => {
        await note('usage user exported');
        for await (const text of people.exportUser(user, format).text) await write(text);
      }),

    eraseUser: (user: string): Promise<Erasure> =>
      withPeople(user, async (people, note) => {
        // Before anything is gone: what cannot be noted is not done.
        await note('usage user erasure asked');
        const erasure = await people.eraseUser(user);
        await note('usage user erased', { rows: erasure.rows, verified: erasure.isVerified });
        return erasure;
      }),
  };
}
