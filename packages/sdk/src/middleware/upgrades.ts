import type { IncomingMessage } from 'node:http';
import type { TrackOptions, Usage } from '../usage/index.ts';
import { UNMATCHED } from '../usage/usage-record.ts';
import { pathOf } from './answer.ts';

export interface UpgradeOptions<Request> extends TrackOptions<Request> {
  /** The template of the upgrade (`/live/:room`), asked when the connection has ended; undefined: `(unmatched)`. */
  endpoint: (request: Request) => string | undefined;
}

interface Connection {
  write(...written: unknown[]): unknown;
  end(...written: unknown[]): unknown;
  once(event: 'close', listener: () => void): unknown;
}

interface UpgradingServer {
  prependListener(event: 'upgrade', listener: (request: IncomingMessage, socket: Connection) => void): unknown;
}

/**
 * `guardianUpgrades(server, usage, { endpoint: (request) => '/live' })`: WebSockets of any framework on a node server, one record each when the
 * connection ends. The status is the handshake's own (101, or what refused it); a connection that ended without any is 499. Frames
 * are not seen: `usage.activity()` in your message handler keeps the session open.
 */
export function guardianUpgrades<Request extends IncomingMessage = IncomingMessage>(
  server: UpgradingServer,
  usage: Usage,
  options: UpgradeOptions<Request>,
): void {
  const tracker = usage.track<Request>(options);
  server.prependListener('upgrade', (incoming, socket) => {
    if (!tracker.claim(incoming)) return;
    const request = incoming as Request;
    const startedAt = tracker.begin();
    let status = 499;
    readStatus(socket, (answered) => {
      status = answered;
    });
    socket.once('close', () => {
      const template = templateOf(options, request);
      if (template === UNMATCHED && tracker.isSkippedPath(pathOf(request.url))) tracker.skipped();
      else tracker.end(tracker.route(request.method ?? 'GET', template), request, request, startedAt, status);
    });
  });
}

/** Looks at the status line of the handshake, the first thing that is written, then steps aside for good. */
function readStatus(socket: Connection, tell: (status: number) => void): void {
  const { write, end } = socket;
  const own = { write: Object.hasOwn(socket, 'write'), end: Object.hasOwn(socket, 'end') };
  function look(chunk: unknown): void {
    if (own.write) socket.write = write;
    else Reflect.deleteProperty(socket, 'write');
    if (own.end) socket.end = end;
    else Reflect.deleteProperty(socket, 'end');
    const start = typeof chunk === 'string' ? chunk.slice(0, 12) : chunk instanceof Uint8Array ? latin1(chunk) : '';
    const status = /^HTTP\/1\.[01] (\d{3})$/.exec(start)?.[1];
    if (status !== undefined) tell(Number(status));
  }
  socket.write = (...written) => {
    look(written[0]);
    return write.apply(socket, written);
  };
  socket.end = (...written) => {
    look(written[0]);
    return end.apply(socket, written);
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(12, bytes.length)).toString('latin1');
}

function templateOf<Request>({ endpoint }: UpgradeOptions<Request>, request: Request): string {
  try {
    return endpoint(request) ?? UNMATCHED;
  } catch {
    return UNMATCHED;
  }
}
