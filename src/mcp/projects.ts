import type { McpOptions } from './mcp-options.ts';
import { refuse } from './tool-error.ts';

/** The project of a slug; null when none is asked for. Throws `not_found`. */
export async function projectId(
  slug: string | undefined,
  options: Pick<McpOptions, 'projects'>,
): Promise<number | null> {
  if (slug === undefined) return null;
  const found = (await options.projects()).find((project) => project.slug === slug);
  if (!found) throw refuse('not_found', { path: 'such project' });
  return found.id;
}

/** Gives the slug of a project; `?` for one that is gone. */
export async function projectSlugs(options: Pick<McpOptions, 'projects'>): Promise<(id: number) => string> {
  const slugs = new Map((await options.projects()).map(({ id, slug }) => [id, slug]));
  return (id) => slugs.get(id) ?? '?';
}
