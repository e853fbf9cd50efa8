import type { WireFormatName } from '../core/ingest/index.ts';

const MIB = 1024 * 1024;

/** Rates and connections; see `protection` in the configuration. */
export interface ProtectionKnobs {
  enabled: boolean;
  keyRequestsPerSecond: number;
  keyRequestBurst: number;
  keyEventsPerSecond: number;
  addressRequestsPerSecond: number;
  addressRequestBurst: number;
  failuresPerMinute: number;
  refusedMs: number;
  connections: number;
  connectionsPerAddress: number;
  /** Addresses and networks whose X-Forwarded-* headers are believed, besides `trustedProxies`. */
  proxies: readonly string[];
}

export interface ServerKnobs {
  protection: ProtectionKnobs;
  /** Who reads the figures: whoever has the token, or comes from one of these addresses and networks. */
  metrics: { token: string | null; networks: readonly string[] };
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Where OTLP is taken besides; null: nowhere else. */
  otlp: { host: string; port: number } | null;
  /** How people reach it: in links and DSNs; null: from the request. */
  publicUrl: string | null;
  /** Proxies in front whose X-Forwarded-* headers are believed. */
  trustedProxies: number;
  /** Signs sessions; null: made at the first start and kept among the settings. */
  secret: string | null;
  /** Without users, whoever reaches it on this machine is its administrator. */
  isOpen: boolean;
  /** ms that running requests get at the end. */
  drainMs: number;
  /** ms in which a body must have arrived. */
  bodyTimeoutMs: number;
  /** ms a connection may stay without a request. */
  idleTimeoutMs: number;
  /** ms in which the head of a request must have arrived. */
  headerTimeoutMs: number;
  /** Bytes of a body as sent, by wire format. */
  bodyBytes: Record<WireFormatName, number>;
  /** Bytes of a body of the API itself. */
  apiBodyBytes: number;
  /** Bytes of bodies that arrive or wait; above it clients are asked to come again. */
  waitingBytes: number;
  /** Events a minute of one ingest key that has no limit of its own. */
  ratePerMinute: number;
  /** Screens that listen for changes at once, and changes that wait for each. */
  listeners: number;
  listenerQueue: number;
  /** ms between comments that keep the stream of changes open. */
  pingMs: number;
  /** ms between looks whether those who listen still may: as long as a key is believed. */
  accessMs: number;
  /** Sign-ins that may fail a minute from one address, and for one account. */
  signInsPerMinute: number;
  /** What is looked at for the state of a service on the overview: as the report's knobs. */
  criticalAboveErrors: number;
  degradedAboveErrors: number;
  /** ms without an event after which a service or source counts as silent. */
  silentMs: number;
}

export const DEFAULT_SERVER_KNOBS: ServerKnobs = {
  protection: {
    enabled: true,
    keyRequestsPerSecond: 100,
    keyRequestBurst: 200,
    keyEventsPerSecond: 10_000,
    addressRequestsPerSecond: 50,
    addressRequestBurst: 100,
    failuresPerMinute: 60,
    refusedMs: 5 * 60_000,
    connections: 1_024,
    connectionsPerAddress: 64,
    proxies: [],
  },
  metrics: { token: null, networks: ['127.0.0.0/8', '::1'] },
  host: '127.0.0.1',
  port: 4400,
  otlp: null,
  publicUrl: null,
  trustedProxies: 0,
  secret: null,
  isOpen: true,
  drainMs: 10_000,
  bodyTimeoutMs: 30_000,
  idleTimeoutMs: 65_000,
  headerTimeoutMs: 10_000,
  bodyBytes: {
    'sentry-envelope': 20 * MIB,
    'sentry-store': 20 * MIB,
    'sentry-security': 64 * 1024,
    'otlp-logs': 64 * MIB,
    'otlp-traces': 64 * MIB,
    'elastic-bulk': 100 * MIB,
    // Base64 of the 10 MB that Pub/Sub allows, and what stands around it.
    'cloud-logging-push': 14 * MIB,
    native: 10 * MIB,
    usage: 10 * MIB,
  },
  apiBodyBytes: MIB,
  waitingBytes: 64 * MIB,
  ratePerMinute: 3_000_000,
  listeners: 200,
  listenerQueue: 256,
  pingMs: 15_000,
  accessMs: 5_000,
  signInsPerMinute: 10,
  criticalAboveErrors: 5,
  degradedAboveErrors: 1,
  silentMs: 60 * 60 * 1000,
};
