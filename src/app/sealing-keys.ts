import { hostname, userInfo } from 'node:os';
import type { Store } from '../adapters/store/sql/index.ts';
import type { Configuration } from '../config/index.ts';
import { removeKey } from '../core/sealing/index.ts';
import { type Clock, GuardianError, messagesFor } from '../core/shared/index.ts';
import { openAudit } from './audit/open-audit.ts';
import { openExistingStore } from './existing-store.ts';
import { longestRetentionDays } from './pruning.ts';

export interface SealingKeysOptions {
  configuration: Configuration;
  folder: string;
  clock: Clock;
}

export interface ListedKey {
  id: string;
  project: string;
  wrappedBy: string;
  /** Epoch ms. */
  createdAt: number;
}

/** Keys of sealed records, on the terminal of the machine itself. */
export function openSealingKeys({ configuration, folder, clock }: SealingKeysOptions) {
  const messages = messagesFor(configuration.language);

  async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await openExistingStore({ configuration, folder, clock });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  return {
    /** The newest first. */
    list: (limit: number): Promise<ListedKey[]> =>
      withStore(async (store) => {
        const projects = await slugs(store);
        const keys = await store.sealingKeys.list(limit);
        return keys.map(({ id, projectId, wrappedBy, createdAt }) => ({
          ...{ id, wrappedBy, createdAt },
          project: projects.get(projectId) ?? String(projectId),
        }));
      }),

    /**
     * Gives the slug of the project it was of. Throws `conflict` while anything may still be sealed with it, `not_found`, `usage_invalid` where
     * several projects have such a key. The audit entry is on disk before it goes; a refusal has one too.
     */
    remove: (id: string, { project, why }: { project: string | null; why: string }): Promise<string> =>
      withStore(async (store) => {
        const projects = await slugs(store);
        const { sealingKeys: words } = messages.sealing;
        const chosen = project === null ? null : ([...projects].find(([, slug]) => slug === project)?.[0] ?? undefined);
        if (chosen === undefined) throw new GuardianError('not_found', { path: words.noProject(project!) });
        const found = await store.sealingKeys.find(id, chosen);
        const [key, ...others] = found;
        const slugOf = (projectId: number) => projects.get(projectId) ?? String(projectId);
        if (key === undefined) throw new GuardianError('not_found', { path: messages.sealing.keyNamed(id) });
        if (others.length > 0) {
          const reason = words.several(
            id,
            found.map(({ projectId }) => slugOf(projectId)),
          );
          throw new GuardianError('usage_invalid', { reason });
        }
        const slug = slugOf(key.projectId);
        // The entry is kept whether or not it can be signed now: the server signs it at its next checkpoint.
        const audit = openAudit({ configuration, folder, store: store.audit, clock, onFailure: () => {} });
        try {
          await removeKey(store.sealingKeys, key, {
            now: clock.now(),
            longestRetentionDays: longestRetentionDays(configuration),
            messages,
            note: (outcome) =>
              audit.record({
                at: clock.now(),
                actor: `${userInfo().username}@${hostname()}`,
                action: 'sealing key removed',
                object: id,
                outcome,
                address: null,
                fields: { project: slug, reason: why },
              }),
          });
        } finally {
          await audit.checkpoint();
        }
        return slug;
      }),
  };
}

async function slugs({ projects }: Pick<Store, 'projects'>): Promise<Map<number, string>> {
  return new Map((await projects.list()).map(({ id, slug }) => [id, slug]));
}
