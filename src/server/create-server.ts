import type { Hono } from 'hono';
import type { IssueAction } from '../contracts/api/issues.ts';
import type { Overview } from '../contracts/api/overview.ts';
import { createApiKeys, createIngestKeys, createRateLimit, createSetupLink } from '../core/access/index.ts';
import type { StoredIssue } from '../core/issues/index.ts';
import { messagesFor, type PeopleLanguage } from '../core/shared/index.ts';
import type { AppEnv, Services } from './app-env.ts';
import { createAuth } from './auth/auth.ts';
import { createChangeStreams } from './change-streams.ts';
import { createApp } from './create-app.ts';
import { createFloodHold } from './hold-floods.ts';
import { applyIssueAction } from './issues/apply-action.ts';
import { findIssue } from './issues/find-issue.ts';
import { openListener } from './listener.ts';
import { createLiveSockets } from './live/serve-live.ts';
import { createFlood } from './middleware/flood-protection.ts';
import { isLoopback } from './middleware/host-check.ts';
import { createRefusalTally } from './middleware/refusal-tally.ts';
import { overviewOf } from './overview/overview.ts';
import { servedRoutes } from './served-routes.ts';
import type { ServerOptions } from './server-options.ts';

export interface Server {
  /** For calls without a socket. */
  app: Hono<AppEnv>;
  /** What agents' tools share with the API. */
  agents: AgentServices;
  /** Listens. `setupUrl`: the one-time link for the first administrator, to be shown on the terminal; null: none is needed. */
  start(): Promise<{ url: string; setupUrl: string | null }>;
  /** Accepts nothing more, ends the streams, lets running requests end within the knob, and cuts the rest. */
  stop(): Promise<void>;
}

export interface AgentServices {
  /** By id or short id, in any case; null: none. */
  findIssue(name: string): Promise<StoredIssue | null>;
  /** As the API does it; `reason`: why not, in Guardian's own words. */
  actOnIssue(asked: {
    name: string;
    action: IssueAction;
    /** `agent:<label>` */
    actor: string;
    language: PeopleLanguage;
  }): Promise<{ id: string; isDone: boolean; reason: string | null }>;
  overview(language: PeopleLanguage): Promise<Overview>;
}

export function createServer(options: ServerOptions): Server {
  const { store, clock, knobs } = options;
  const services: Services = {
    ...options,
    auth: createAuth(options),
    ingestKeys: createIngestKeys({ store: store.projects, clock }),
    keys: createApiKeys({ store: store.apiKeys, clock }),
    setupLink: createSetupLink(store.settings),
    signIns: createRateLimit({ clock }),
    posts: createRateLimit({ clock }),
    flood: createFlood(knobs, clock),
    refusals: createRefusalTally(options.intake),
    hold: createFloodHold(knobs, clock),
    serverMetrics: options.metrics,
    startedAt: clock.now(),
  };
  const streams = createChangeStreams(services);
  const live = createLiveSockets(services);
  const app = createApp(services, streams, live);
  options.metrics.routes(() => servedRoutes(app));
  const listener = openListener(app, services, live);

  return {
    app,
    agents: {
      findIssue: (name) => findIssue(services, name),
      actOnIssue: ({ language, ...asked }) => applyIssueAction(services, { ...asked, messages: messagesFor(language) }),
      overview: (language) => overviewOf(services, messagesFor(language)),
    },
    async start() {
      const url = await listener.start();
      return { url, setupUrl: await setupUrl(knobs.publicUrl ?? url) };
    },
    async stop() {
      streams.close();
      await live.close();
      await listener.stop();
      services.refusals.close();
    },
  };

  async function setupUrl(address: string): Promise<string | null> {
    const isOpen = knobs.isOpen && isLoopback(knobs.host);
    if (isOpen || (await services.auth.hasUsers())) return null;
    return `${address.replace(/\/$/, '')}/setup?token=${await services.setupLink.make()}`;
  }
}
