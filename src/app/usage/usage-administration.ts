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
  async function withPeople<T>(user: string, action: string, work: (people: UsagePeople) => Promise<T>): Promise<T> {
    const store = await openExistingStore({ configuration, folder, clock });
    try {
      const context = { configuration, folder, store, clock };
      const names = await openUsageNames(context);
      const summaries = createUsageSummaries({ store, timeZone: configuration.timeZone, clock });
      const people = erasingReports(await openUsagePeople(context, names), openUsageReports({ ...context, summaries }));
      const audit = openAudit({ configuration, folder, store: store.audit, clock, onFailure: () => {} });
      await audit.record({
        at: clock.now(),
        actor: `${userInfo().username}@${hostname()}`,
        action,
        object: `user ${names.hashOf(user).slice(0, 22)}`,
        outcome: 'success',
        address: null,
        fields: null,
      });
      await audit.checkpoint();
      return await work(people);
    } finally {
      await store.close();
    }
  }

  return {
    /** Gives each piece to `write`, which may wait. */
    exportUser: (user: string, format: 'json' | 'csv', write: (text: string) => Promise<void> | void): Promise<void> =>
      withPeople(user, 'usage user exported', async (people) => {
        for await (const text of people.exportUser(user, format).text) await write(text);
      }),

    eraseUser: (user: string): Promise<Erasure> =>
      withPeople(user, 'usage user erased', (people) => people.eraseUser(user)),
  };
}
