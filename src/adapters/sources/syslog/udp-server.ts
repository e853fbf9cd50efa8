import { createSocket, type RemoteInfo } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Event } from '../../../core/events/index.ts';
import type { SyslogAddress } from './options.ts';
import { type ListeningServer, plainAddress, type StreamContext } from './stream-server.ts';

/** Bytes the kernel keeps for us while a batch is read; it may grant less. */
const KERNEL_BUFFER_BYTES = 4 * 1024 * 1024;

/** Listens for syslog datagrams, one message each (RFC 5426). Rejects when the address cannot be had. */
export async function startUdpServer(at: SyslogAddress, context: StreamContext): Promise<ListeningServer> {
  const { reading, reader, sink, counts } = context;
  const socket = createSocket({ type: isIPv6(at.host) ? 'udp6' : 'udp4', recvBufferSize: KERNEL_BUFFER_BYTES });
  socket.on('message', (bytes: Buffer, { address }: RemoteInfo) => {
    if (!sink.hasRoomForDatagram(bytes.length)) {
      counts.droppedDatagrams++;
      return;
    }
    const receivedAt = reading.clock.now();
    const peer = plainAddress(address);
    const read = (): Event[] => {
      const skippedBytes = Math.max(0, bytes.length - reading.limits.messageBytes);
      if (skippedBytes > 0) counts.cutMessages++;
      const kept = skippedBytes > 0 ? bytes.subarray(0, reading.limits.messageBytes) : bytes;
      const event = reader.read({ bytes: kept, skippedBytes }, { peer, receivedAt });
      return event === null ? [] : [event];
    };
    sink.add({ bytes: bytes.length, isUdp: true, read, onTaken: () => undefined });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: at.host, port: at.port }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.on('error', reading.onError);
  return {
    address: { host: at.host, port: socket.address().port },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
