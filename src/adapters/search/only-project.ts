import type { Kysely } from 'kysely';
import type { Schema } from '../store/sql/schema.ts';

/** Whether there is this project and no other: what most servers have. */
export async function isOnlyProject(db: Kysely<Schema>, projectId: number | null): Promise<boolean> {
  if (projectId === null) return false;
  const projects = await db.selectFrom('project').select('id').limit(2).execute();
  return projects.length === 1 && projects[0]!.id === projectId;
}
