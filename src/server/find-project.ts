import type { Project } from '../core/access/index.ts';
import { GuardianError } from '../core/shared/index.ts';
import type { AppContext } from './app-env.ts';

/** By slug or number. Throws `not_found`. */
export async function findProject({ var: { services, messages } }: AppContext, name: string): Promise<Project> {
  const project = await services.ingestKeys.project(name);
  if (project) return project;
  throw new GuardianError('not_found', { path: messages.server.things.project(name.slice(0, 100)) });
}

/** Null: none was asked for. Throws `not_found`. */
export async function projectIdOf(context: AppContext, name: string | undefined): Promise<number | null> {
  return name === undefined || name === '' ? null : (await findProject(context, name)).id;
}

/** How the project of a row is called. */
export async function projectSlugs({ var: { services } }: AppContext) {
  const projects = await services.ingestKeys.projects();
  const slugs = new Map(projects.map(({ id, slug }) => [id, slug]));
  return (projectId: number | null): string | null => (projectId === null ? null : (slugs.get(projectId) ?? null));
}
