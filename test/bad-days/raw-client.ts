import { connect, type Socket } from 'node:net';
import type { RunningServer } from '../fixtures/running-server.ts';

export interface RawClient {
  write(bytes: string | Uint8Array): void;
  /** Sends the end, and goes on listening. */
  halfClose(): void;
  /** One byte every `everyMs`, until the other side has hung up. */
  drip(bytes: string | Uint8Array, everyMs: number): void;
  received(): string;
  /** Everything that was received, once the other side has hung up. */
  closed: Promise<string>;
  destroy(): void;
}

/** A connection that may misbehave in any way. */
export function openRaw({ url }: Pick<RunningServer, 'url'>): RawClient {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
  });
  // A reset is one way of hanging up.
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => {
    const done = () => {
      clearInterval(timer);
      socket.destroy();
      resolve(text);
    };
    socket.once('end', done).once('close', done);
  });
  return {
    write: (bytes) => void socket.write(bytes),
    halfClose: () => void socket.end(),
    drip(bytes, everyMs) {
      const all = Buffer.from(bytes);
      let at = 0;
      timer = setInterval(() => {
        if (socket.destroyed || at === all.length) clearInterval(timer);
        else socket.write(all.subarray(at, ++at));
      }, everyMs);
    },
    received: () => text,
    closed,
    destroy: () => void socket.destroy(),
  };
}
