import type { Delivery, DeliveryTime } from '../delivery/delivery.ts';
import type { AddressSource } from './client-address.ts';
import type { MessageTable } from './describe-error.ts';
import type { FeatureTable } from './feature-name.ts';
import type { RequestHeaders } from './request-headers.ts';
import type { SkipOptions } from './skip-list.ts';

export interface UsageOptions {
  /** Where the lines go; created and shut down by whoever creates this. */
  delivery: Delivery;
  /** The watched application, as its events name it. */
  service: string;
  /** The commit or release that runs. */
  revision?: string;
  /** Off by default. Cut before it travels, and never stored whole. */
  clientAddress?: AddressSource;
  /** Of requests with `DNT: 1` or `Sec-GPC: 1`: counted without identity and session (default), or not at all. */
  optedOut?: 'anonymous' | 'skip';
  /** ms until what waits is written out, 10 to 1,000. What SIGKILL can take is what was recorded within it. */
  flushAfterMs?: number;
  /** Templates of the service; the rest is `(other)`. */
  maxTemplates?: number;
  /** Replaces clocks and timers in tests. */
  time?: DeliveryTime;
}

/** What every middleware takes, `Request` being what its framework hands to a handler. */
export interface TrackOptions<Request> extends SkipOptions {
  /**
   * Who asks, as the application's own authentication found out: called when the answer has ended, so after it ran. Synchronous. An
   * e-mail, else the user's id; null for nobody; with the application's session id, two devices of one user are two clients. If it
   * throws, the request counts without identity.
   */
  identify?: (request: Request) => Identity | null | undefined;
  /** Names of uses, before the convention. */
  features?: FeatureTable;
  /** Sentences for failures, in place of class and status. */
  messages?: MessageTable;
  /** The application's own id of the request; else the trace id of `traceparent`. */
  requestId?: (request: Request) => string | undefined;
}

export type Identity = string | { user: string; session?: string };

/** Of node's `IncomingMessage`, all that is read. */
export interface IncomingRequest {
  readonly headers: RequestHeaders;
  readonly socket?: { readonly remoteAddress?: string | undefined; readonly errored?: Error | null } | undefined;
}

/** Somebody, outside a request that a middleware sees. */
export interface Person {
  user: string;
  /** The application's session id. Without it, the client is told by the request's `user-agent`. */
  session?: string;
  /** The request in which it happens. */
  request?: IncomingRequest;
}

/** A failure outside a request: a job done for a user, a message on a WebSocket. */
export interface ReportedFailure {
  user: string | null;
  /** A template or a name of yours; never made of what a user wrote. */
  endpoint: string;
  method?: string;
  /** As an HTTP status would say it; 500 by default. */
  code?: number;
  thrown?: unknown;
  /** A constant of yours. */
  message?: string;
}
