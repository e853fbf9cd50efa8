export { createUserAdministration, type UserAdministrationOptions } from './auth/user-administration.ts';
export { type AgentServices, createServer, type Server } from './create-server.ts';
export { DEFAULT_SERVER_KNOBS, type ServerKnobs } from './knobs.ts';
export type { ServerMetrics } from './metrics.ts';
export type * from './server-options.ts';
