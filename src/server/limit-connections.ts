import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ProtectionKnobs } from './knobs.ts';
import { addressKey, createAddressList } from './named-proxies.ts';

const REFUSAL = 'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
/** Refused connections that are told why at once; more are closed without a word. */
const MOST_TOLD = 64;

/** Bounds open connections, in all and of each address. Named proxies speak for many. */
export function limitConnections(
  server: Server,
  { enabled, connections, connectionsPerAddress, proxies }: ProtectionKnobs,
  onRefused: (reason: 'connections' | 'address-connections') => void,
): void {
  if (!enabled) return;
  const isProxy = createAddressList(proxies);
  const open = new Map<string, number>();
  let told = 0;
  server.maxConnections = connections;
  server.on('drop', () => onRefused('connections'));
  // In front of the server's own listeners: what is refused here is never read.
  const own = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (isRefused(socket)) refuse(socket);
    else for (const listener of own) listener.call(server, socket);
  });

  function isRefused(socket: Socket): boolean {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || isProxy(remoteAddress)) return false;
    const key = addressKey(remoteAddress);
    const count = open.get(key) ?? 0;
    if (count >= connectionsPerAddress) {
      onRefused('address-connections');
      return true;
    }
    open.set(key, count + 1);
    socket.once('close', () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left > 0) open.set(key, left);
      else open.delete(key);
    });
    return false;
  }

  function refuse(socket: Socket): void {
    socket.on('error', () => {});
    if (told >= MOST_TOLD) {
      socket.destroy();
      return;
    }
    told++;
    socket.once('close', () => told--);
    socket.end(REFUSAL, () => socket.destroySoon());
    setTimeout(() => socket.destroy(), 1_000).unref();
  }
}
