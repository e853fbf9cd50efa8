/** The pages of the navigation in its groups, each with the key that goes to it after `g`. */
export const PAGE_GROUPS = [
  {
    name: 'now',
    pages: [
      { name: 'overview', to: '/', key: 'o' },
      { name: 'alerts', to: '/alerts', key: 'a' },
      { name: 'issues', to: '/issues', key: 'i' },
    ],
  },
  {
    name: 'work',
    pages: [
      { name: 'health-log', to: '/health-log', key: 'h' },
      { name: 'jobs', to: '/jobs', key: 'j' },
      { name: 'chains', to: '/chains', key: 'c' },
    ],
  },
  {
    name: 'look',
    pages: [
      { name: 'events', to: '/events', key: 'e' },
      { name: 'reports', to: '/reports', key: 'r' },
    ],
  },
  {
    name: 'tell',
    pages: [
      { name: 'deliveries', to: '/deliveries', key: 'd' },
      { name: 'routes', to: '/routes', key: 't' },
      { name: 'channels', to: '/channels', key: 'n' },
    ],
  },
  {
    name: 'guardian',
    pages: [
      { name: 'sources', to: '/sources', key: 's' },
      { name: 'settings', to: '/settings', key: ',' },
    ],
  },
] as const;

export const PAGES = PAGE_GROUPS.flatMap(({ pages }) => [...pages]);
