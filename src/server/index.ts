export type * from './analysis/analysis-control.ts';
export type * from './analysis/debate-control.ts';
export { createUserAdministration, type UserAdministrationOptions } from './auth/user-administration.ts';
export { type AgentServices, createServer, type Server } from './create-server.ts';
export { DEFAULT_SERVER_KNOBS, type ServerKnobs } from './knobs.ts';
export { createLiveHub, type LiveHub, type PublishLive } from './live/live-hub.ts';
export type { ServerMetrics } from './metrics.ts';
export type * from './server-options.ts';
