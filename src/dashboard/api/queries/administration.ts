import { queryOptions } from '@tanstack/react-query';
import type { ApiKey, IngestKey, Me, Project, User } from '../../../contracts/api/administration.ts';
import { getJson, RequestError } from '../request.ts';
import type { Items } from './pages.ts';

/** Null: nobody is logged in. That is an answer, not a failure: the log-in page stands still while it is asked for again. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await getJson<Me>('/api/me', signal);
    } catch (error) {
      if (error instanceof RequestError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) => getJson<Items<Project>>('/api/projects', signal),
  staleTime: 30_000,
});

export const ingestKeysQuery = (project: number) =>
  queryOptions({
    queryKey: ['projects', project, 'keys'],
    queryFn: ({ signal }) => getJson<Items<IngestKey>>(`/api/projects/${project}/keys`, signal),
  });

export const apiKeysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => getJson<Items<ApiKey>>('/api/keys', signal),
});

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => getJson<Items<User>>('/api/users', signal),
});
