import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ApiKeys, IngestKeys, RateLimit, Role, SetupLink } from '../core/access/index.ts';
import type { Messages, PeopleLanguage } from '../core/shared/index.ts';
import type { Auth } from './auth/auth.ts';
import type { FloodHold } from './hold-floods.ts';
import type { ServerMetrics } from './metrics.ts';
import type { Flood } from './middleware/flood-protection.ts';
import type { RefusalTally } from './middleware/refusal-tally.ts';
import type { RequestOrigin } from './middleware/request-origin.ts';
import type { Sender } from './middleware/sender.ts';
import type { ServerOptions } from './server-options.ts';

/** Who asks. */
export interface Caller {
  kind: 'user' | 'key' | 'open';
  /** The user's or the key's; `open` for whoever reaches a server without users on its own machine. */
  id: string;
  name: string;
  email: string | null;
  role: Role;
  /** As it stands in histories and audit rows: `user:<id>`, `key:<id>`, `open`. */
  actor: string;
}

/** What routes work with. */
export interface Services extends ServerOptions {
  auth: Auth;
  ingestKeys: IngestKeys;
  keys: ApiKeys;
  setupLink: SetupLink;
  signIns: RateLimit;
  /** What programs post besides events. */
  posts: RateLimit;
  flood: Flood;
  /** Counts refusals that come by the thousand. */
  refusals: RefusalTally;
  /** Keeps those who flood off the rest. */
  hold: FloodHold;
  serverMetrics: ServerMetrics;
  /** Epoch ms. */
  startedAt: number;
}

export interface AppEnv {
  /** Absent when the app is called without a socket. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    services: Services;
    origin: RequestOrigin;
    language: PeopleLanguage;
    messages: Messages;
    /** Set by the middleware that a route's need puts before it. */
    caller: Caller;
    /** Set where programs may post. */
    sender: Sender;
    /** What requests are counted as, where the route's pattern does not say it. */
    route?: string;
    /** Of Guardian's own looks at its figures: not counted. */
    isOwnLook?: boolean;
  };
}

export type AppContext = Context<AppEnv>;
