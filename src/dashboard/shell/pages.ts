interface PageOfNavigation {
  /** Its name in the catalogue. */
  name: string;
  to: string;
  /** Goes to it after `g`. */
  key: string;
  /** Nobody else may see it: it is not offered to them. */
  needs?: 'admin';
}

/** The pages of the navigation in its groups: what to watch, what to understand, whom to tell, what is mended, what to administer. */
export const PAGE_GROUPS = [
  {
    name: 'watch',
    pages: [
      { name: 'overview', to: '/', key: 'o' },
      { name: 'alerts', to: '/alerts', key: 'a' },
      { name: 'issues', to: '/issues', key: 'i' },
      { name: 'jobs', to: '/jobs', key: 'j' },
      { name: 'chains', to: '/chains', key: 'c' },
      { name: 'health-log', to: '/health-log', key: 'h', needs: 'admin' },
    ],
  },
  {
    name: 'understand',
    pages: [
      { name: 'events', to: '/events', key: 'e' },
      { name: 'traces', to: '/traces', key: 'w' },
      { name: 'analytics', to: '/analytics', key: 'y' },
      { name: 'usage', to: '/usage', key: 'u', needs: 'admin' },
      { name: 'analysis', to: '/analysis', key: 'k' },
      { name: 'debates', to: '/debates', key: 'b' },
      { name: 'coordination', to: '/coordination', key: 'l' },
      { name: 'reports', to: '/reports', key: 'r' },
    ],
  },
  {
    name: 'tell',
    pages: [
      { name: 'deliveries', to: '/deliveries', key: 'd' },
      { name: 'routes', to: '/routes', key: 't' },
      { name: 'channels', to: '/channels', key: 'n' },
      { name: 'templates', to: '/templates', key: 'p' },
    ],
  },
  {
    name: 'fix',
    pages: [
      { name: 'fixes', to: '/fixes', key: 'f' },
      { name: 'deployments', to: '/deployments', key: 'm' },
    ],
  },
  {
    name: 'administer',
    pages: [
      { name: 'sources', to: '/sources', key: 's' },
      { name: 'audit', to: '/audit', key: 'v', needs: 'admin' },
      { name: 'settings', to: '/settings', key: ',' },
    ],
  },
] as const satisfies readonly { name: string; pages: readonly PageOfNavigation[] }[];

export type NavigationPage = (typeof PAGE_GROUPS)[number]['pages'][number];

export const PAGES: readonly NavigationPage[] = PAGE_GROUPS.flatMap(({ pages }): NavigationPage[] => [...pages]);

/** Whether it is offered to who is there. */
export function isOffered(page: NavigationPage, isAdmin: boolean): boolean {
  return isAdmin || !('needs' in page);
}
