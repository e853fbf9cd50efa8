import { randomBytes } from 'node:crypto';
import type { Clock } from '../shared/index.ts';
import type { IngestKey, IngestKeyKind, Project, ProjectStore } from './ports.ts';

/** 128 random bits as 32 hex digits: what SDKs take for the public key of a DSN. */
export function newIngestKey(
  projectId: number,
  {
    label,
    kind = 'service',
    ratePerMinute = null,
    at,
  }: { label: string; kind?: IngestKeyKind; ratePerMinute?: number | null; at: number },
): IngestKey {
  const key = randomBytes(16).toString('hex');
  return { key, projectId, label, kind, ratePerMinute, createdAt: at, revokedAt: null };
}

/** A project with its first key, so that events can be sent to it at once. Throws `name_taken`. */
export async function createProject({
  store,
  slug,
  name,
  clock,
}: {
  store: ProjectStore;
  slug: string;
  name: string;
  clock: Clock;
}): Promise<Project> {
  const at = clock.now();
  const project = await store.create({ slug, name, createdAt: at });
  await store.addKey(newIngestKey(project.id, { label: name, at }));
  return project;
}
