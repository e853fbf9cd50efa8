import { messagesFor } from '../../core/shared/index.ts';
import { exportUser, type UsageNames, type UsagePeople } from '../../core/usage/index.ts';
import { pseudonymOf } from '../analysis/pseudonym-of.ts';
import { conversationExports } from './conversation-exports.ts';
import { openUsageNames, type UsageNamesContext } from './names.ts';
import type { UsageReports } from './reports.ts';

/** What an administrator may do about one user; `names` where they are open already. */
export async function openUsagePeople(context: UsageNamesContext, opened?: UsageNames): Promise<UsagePeople> {
  const { configuration, store, clock } = context;
  const names = opened ?? (await openUsageNames(context));
  const texts = messagesFor(configuration.language).usageErasure;
  return {
    namesOf: (user) => names.namesOf(user),
    exportUser: (user, format) =>
      exportUser({
        ...{ store: store.usage, format, names: () => names.namesOf(user) },
        others: conversationExports(store, async () =>
          (await names.namesOf(user)).map((name) => pseudonymOf(names, name)),
        ),
      }),

    async eraseUser(user) {
      const all = await names.namesOf(user);
      const { rows: usageRows, unsearched } = await store.usage.erase({
        names: all,
        hashes: all.map(names.hashOf),
        at: clock.now(),
      });
      const rows = {
        ...usageRows,
        ...(await eraseConversations(
          store,
          all.map((name) => pseudonymOf(names, name)),
        )),
      };
      const traces = await store.usage.traces(all);
      const isPostgres = store.kind === 'postgres';
      const outOfReach = [
        texts.backups,
        texts.messages,
        texts.senders,
        ...unsearched.map(texts.short),
        ...(configuration.usage.identity === 'pseudonym' ? [texts.salts] : []),
        ...(isPostgres ? [texts.writeAheadLog] : []),
        ...(configuration.search.url === null ? [] : [texts.searchCluster]),
        ...traces.map(texts.left),
      ];
      return { user, rows, isVerified: traces.length === 0, outOfReach };
    },
  };
}

/** The report's file names users as well: after an erasure it is written anew. */
export function erasingReports(people: UsagePeople, reports: Pick<UsageReports, 'rewriteFile'>): UsagePeople {
  return {
    ...people,
    async eraseUser(user) {
      const erasure = await people.eraseUser(user);
      await reports.rewriteFile();
      return erasure;
    },
  };
}

/** What the user said, what was said of it, and what was recalled; gives how many of each went. */
async function eraseConversations(
  { concepts, conversations }: Pick<UsageNamesContext['store'], 'concepts' | 'conversations'>,
  pseudonyms: readonly string[],
): Promise<Record<string, number>> {
  const rows = { concept_mention: 0, concept_recall: 0, conversation: 0 };
  for (const pseudonym of pseudonyms) {
    const erased = await concepts.eraseUser(pseudonym);
    rows.concept_mention += erased.mentions;
    rows.concept_recall += erased.recalls;
    rows.conversation += await conversations.eraseUser(pseudonym);
  }
  return Object.fromEntries(Object.entries(rows).filter(([, count]) => count > 0));
}
