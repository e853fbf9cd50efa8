import type { StoredIssue } from '../../core/issues/index.ts';
import { GuardianError, type Messages } from '../../core/shared/index.ts';
import type { Services } from '../app-env.ts';

type Stores = Pick<Services, 'store' | 'ingestKeys'>;

/** By its id, or as people call it (`SHOP-12`, in any case). */
export async function findIssue({ store, ingestKeys }: Stores, name: string): Promise<StoredIssue | null> {
  const issue = await store.issues.get(name);
  if (issue) return issue;
  const [, slug, number] = /^(.{1,49})-(\d{1,9})$/.exec(name) ?? [];
  const project = slug === undefined ? null : await ingestKeys.project(slug.toLowerCase());
  if (!project) return null;
  const id = await store.issues.idOfNumber(project.id, Number(number));
  return id === null ? null : store.issues.get(id);
}

/** Throws `not_found`. */
export async function getIssue(stores: Stores, name: string, messages: Messages): Promise<StoredIssue> {
  const issue = await findIssue(stores, name);
  if (issue) return issue;
  throw new GuardianError('not_found', { path: messages.server.things.issue(name.slice(0, 100)) });
}
