import type { Event } from '../../../core/events/index.ts';
import { type Clock, GuardianError, systemClock } from '../../../core/shared/index.ts';
import { lineContext } from '../text/line-context.ts';

export interface SyslogAddress {
  host: string;
  /** 0: any free one; `start` tells which. */
  port: number;
}

export interface SyslogTls extends SyslogAddress {
  /** PEM. */
  key: string | Uint8Array;
  certificate: string | Uint8Array;
  /** PEM of who signs the senders' certificates; given, a sender without one is refused. */
  clientAuthority?: string | Uint8Array;
}

export interface SyslogListenerOptions {
  udp?: SyslogAddress;
  tcp?: SyslogAddress;
  /** RFC 5425: TCP inside TLS. */
  tls?: SyslogTls;
  clock?: Clock;
  /** IANA zone of times written without one, as RFC 3164 writes them. */
  timeZone?: string;
  /**
   * Takes a batch; one at a time. Resolves once the events are durable. While it is pending, the connections the events came from are not read;
   * when it rejects, the same batch is given again after `retryMs`.
   */
  onEvents: (events: Event[]) => Promise<void>;
  /** Told of each failure of `onEvents` and of a server's own; never of one message. */
  onError?: (error: unknown) => void;
  /** Syslog knows no credentials: what other machines send is `public` unless the operator says that the network is closed. */
  trust?: Event['trust'];
  limits?: Partial<SyslogLimits>;
}

export interface SyslogLimits {
  messageBytes: number;
  batchEvents: number;
  udpQueueBytes: number;
  connections: number;
  idleMs: number;
  messageMs: number;
  handshakeMs: number;
  retryMs: number;
}

const DEFAULT_SYSLOG_LIMITS: SyslogLimits = {
  /** Bytes of one message that are kept, the rest is skipped and counted: as much as one event may hold. */
  messageBytes: 256 * 1024,
  /** Events of one batch: one transaction. */
  batchEvents: 1_000,
  /** Bytes of datagrams that wait while a batch is being stored; beyond, datagrams are dropped and counted, for UDP cannot wait. */
  udpQueueBytes: 16 * 1024 * 1024,
  /** Connections at once, TCP and TLS each; more are closed at once and counted. */
  connections: 1_000,
  /** ms of silence after which a connection is closed: senders keep theirs open for hours, but not for ever. */
  idleMs: 4 * 3_600_000,
  /** ms in which a message that began must be complete: longer is an attack, or a sender that was cut off. */
  messageMs: 60_000,
  /** ms for a TLS handshake. */
  handshakeMs: 15_000,
  /** ms before a batch that could not be stored is given again. */
  retryMs: 1_000,
};

/** The options with every default filled in. */
export interface SyslogReading {
  clock: Clock;
  timeZone: string;
  trust: Event['trust'];
  limits: SyslogLimits;
  onEvents: SyslogListenerOptions['onEvents'];
  onError: (error: unknown) => void;
}

/** Throws `configuration_invalid` on an unknown zone. */
export function syslogReading(options: SyslogListenerOptions): SyslogReading {
  const timeZone = options.timeZone ?? 'UTC';
  try {
    lineContext({ timeZone });
  } catch (cause) {
    throw new GuardianError('configuration_invalid', { key: 'syslog.timeZone', reason: `"${timeZone}"`, cause });
  }
  return {
    clock: options.clock ?? systemClock,
    timeZone,
    trust: options.trust ?? 'public',
    limits: { ...DEFAULT_SYSLOG_LIMITS, ...options.limits },
    onEvents: options.onEvents,
    onError: options.onError ?? (() => undefined),
  };
}
