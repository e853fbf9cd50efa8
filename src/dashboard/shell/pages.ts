/** The pages of the navigation, each with the key that goes to it after `g`. */
export const PAGES = [
  { name: 'overview', to: '/', key: 'o' },
  { name: 'issues', to: '/issues', key: 'i' },
  { name: 'events', to: '/events', key: 'e' },
  { name: 'reports', to: '/reports', key: 'r' },
  { name: 'deliveries', to: '/deliveries', key: 'd' },
  { name: 'sources', to: '/sources', key: 's' },
  { name: 'settings', to: '/settings', key: ',' },
] as const;
