import type { Hono } from 'hono';
import type { IssueAction } from '../contracts/api/issues.ts';
import type { Overview } from '../contracts/api/overview.ts';
import { createApiKeys, createIngestKeys, createRateLimit, createSetupLink } from '../core/access/index.ts';
import type { StoredIssue } from '../core/issues/index.ts';
import { messagesFor } from '../core/shared/index.ts';
import type { AppEnv, Services } from './app-env.ts';
import { createAuth } from './auth/auth.ts';
import { createChangeStreams } from './change-streams.ts';
import { createApp } from './create-app.ts';
import { actOnIssues } from './issues/apply-action.ts';
import { findIssue } from './issues/find-issue.ts';
import { openListener } from './listener.ts';
import { createServerMetrics } from './metrics.ts';
import { isLoopback } from './middleware/host-check.ts';
import { overviewOf } from './overview/overview.ts';
import type { ServerOptions } from './server-options.ts';

export interface Server {
  /** For calls without a socket. */
  app: Hono<AppEnv>;
  /** What agents' tools share with the API. */
  desk: Desk;
  /** Listens. `setUpLink`: the one-time link for the first administrator, to be shown on the terminal; null: none is needed. */
  start(): Promise<{ url: string; setUpLink: string | null }>;
  /** Accepts nothing more, ends the streams, lets running requests end within the knob, and cuts the rest. */
  stop(): Promise<void>;
}

export interface Desk {
  /** By id or short id, in any case; null: none. */
  findIssue(name: string): Promise<StoredIssue | null>;
  /** One result for each, in order; one that fails does not stop the others. */
  actOnIssues(
    names: readonly string[],
    action: IssueAction,
    actor: string,
  ): Promise<{ id: string; isDone: boolean; reason: string | null }[]>;
  overview(): Promise<Overview>;
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
    serverMetrics: createServerMetrics(options),
    startedAt: clock.now(),
  };
  const streams = createChangeStreams(services);
  const app = createApp(services, streams);
  const listener = openListener(app, services);

  const messages = messagesFor(options.language);

  return {
    app,
    desk: {
      findIssue: (name) => findIssue(services, name),
      actOnIssues: (names, action, actor) => actOnIssues(services, names, { action, actor, messages }),
      overview: () => overviewOf(services, messages),
    },
    async start() {
      services.serverMetrics.observeProcess();
      const url = await listener.start();
      return { url, setUpLink: await setUpLink(knobs.publicUrl ?? url) };
    },
    async stop() {
      streams.close();
      await listener.stop();
    },
  };

  async function setUpLink(address: string): Promise<string | null> {
    const isOpen = knobs.isOpen && isLoopback(knobs.host);
    if (isOpen || (await services.auth.hasUsers())) return null;
    return `${address.replace(/\/$/, '')}/setup?token=${await services.setupLink.make()}`;
  }
}
