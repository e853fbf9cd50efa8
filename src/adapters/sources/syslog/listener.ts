import { GuardianError } from '../../../core/shared/index.ts';
import { BatchSink } from './batch-sink.ts';
import { emptyCounts, type SyslogCounts } from './counts.ts';
import { createMessageReader } from './message-event.ts';
import { type SyslogAddress, type SyslogListenerOptions, syslogReading } from './options.ts';
import { type ListeningServer, type StreamContext, startStreamServer } from './stream-server.ts';
import { startUdpServer } from './udp-server.ts';

/** Where it listens, with the ports it was given. */
export interface SyslogAddresses {
  udp: SyslogAddress | null;
  tcp: SyslogAddress | null;
  tls: SyslogAddress | null;
}

export interface SyslogListener {
  /** Throws `configuration_invalid` when an address cannot be had; then nothing listens. */
  start(): Promise<SyslogAddresses>;
  /** Closes the ports, gives on what was received, and resolves when it is stored, or counted as lost. */
  stop(): Promise<void>;
  counts(): SyslogCounts;
}

/**
 * A syslog server: UDP (RFC 5426), TCP (RFC 6587, octet counting or lines) and TLS (RFC 5425), messages of RFC 5424 and 3164 and whatever programs write in
 * their place. Syslog has no answer: TCP senders are slowed down by not being read, datagrams beyond the queue are dropped and counted.
 */
export function createSyslogListener(options: SyslogListenerOptions): SyslogListener {
  const reading = syslogReading(options);
  const counts = emptyCounts();
  const sink = new BatchSink(reading, counts);
  const context: StreamContext = { reading, reader: createMessageReader(reading), sink, counts };
  const servers: ListeningServer[] = [];

  const open = async <At extends SyslogAddress>(
    name: 'udp' | 'tcp' | 'tls',
    at: At | undefined,
    startServer: (at: At, context: StreamContext) => Promise<ListeningServer>,
  ): Promise<SyslogAddress | null> => {
    if (at === undefined) return null;
    try {
      const server = await startServer(at, context);
      servers.push(server);
      return server.address;
    } catch (cause) {
      await closeAll();
      const reason = (cause as NodeJS.ErrnoException | null)?.code ?? String(cause);
      throw new GuardianError('configuration_invalid', { key: `sources.syslog.${name}Port`, reason, cause });
    }
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  };
  return {
    async start() {
      const udp = await open('udp', options.udp, startUdpServer);
      const tcp = await open('tcp', options.tcp, startStreamServer);
      const tls = await open('tls', options.tls, startStreamServer);
      return { udp, tcp, tls };
    },
    async stop() {
      await closeAll();
      await sink.stop();
    },
    counts: () => ({ ...counts }),
  };
}
