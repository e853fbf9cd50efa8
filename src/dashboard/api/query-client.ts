import { QueryClient } from '@tanstack/react-query';
import { RequestError } from './request.ts';

/** Asked once more only where another try may help: the server was not reached, or says it is busy. */
function mayHelp(error: unknown): boolean {
  return error instanceof RequestError && [0, 429, 502, 503, 504].includes(error.status);
}

export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        gcTime: 300_000,
        // On this very machine the browser may think it is offline while the server answers.
        networkMode: 'always',
        retry: (failures, error) => failures < 2 && mayHelp(error),
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { networkMode: 'always' },
    },
  });
  // A session that ended is found out by whichever request comes first; the shell then asks who is there and shows the log-in page.
  client.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'error') return;
    const { error } = event.action;
    if (error instanceof RequestError && error.status === 401) {
      void client.invalidateQueries({ queryKey: ['me'] });
    }
  });
  return client;
}
