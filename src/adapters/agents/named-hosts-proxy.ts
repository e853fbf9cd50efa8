import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface NamedHostsProxy {
  /** Connections that were refused, by host; bounded. */
  refused(): string[];
  close(): Promise<void>;
}

const CONNECTIONS = 64;
const REFUSED = 50;

/**
 * Lets through to the named hosts and nowhere else: `CONNECT` (RFC 9110 section 9.3.6) over a socket of the file system. `api.example.com` is port 443 of it,
 * `api.example.com:8443` another one. What passes is not looked into.
 */
export async function startNamedHostsProxy(socketPath: string, hosts: readonly string[]): Promise<NamedHostsProxy> {
  const allowed = new Set(hosts.map((host) => (/:\d+$/.test(host) ? host : `${host}:443`).toLowerCase()));
  const open = new Set<Socket>();
  const refused = new Set<string>();
  const server = createServer((_, response) => response.writeHead(403).end());
  server.maxConnections = CONNECTIONS;
  server.on('connect', (request, client: Socket, head: Buffer) => {
    const target = (request.url ?? '').toLowerCase();
    client.on('error', () => client.destroy());
    if (!allowed.has(target)) {
      if (refused.size < REFUSED) refused.add(target.slice(0, 300));
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(target) ?? [];
    const remote = connect(Number(port), host);
    open.add(remote);
    remote.once('connect', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      remote.write(head);
      remote.pipe(client);
      client.pipe(remote);
    });
    const end = () => {
      open.delete(remote);
      client.destroy();
      remote.destroy();
    };
    remote.on('error', end).on('close', end);
    client.on('close', end);
  });
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve));
  return {
    refused: () => [...refused],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
