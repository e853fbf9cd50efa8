import { createServer } from 'node:net';

/** Below what systems give to outgoing connections and to whoever asks for any port (from 32768 on Linux, from 49152 elsewhere). */
const FIRST = 20_000;
const LAST = 32_767;
const TRIES = 50;

/**
 * A TCP port of 127.0.0.1 on which nobody listens, for a process that is about to. The system hands it to nobody else in between, as it may do with
 * one that it chose itself.
 */
export async function freePort(): Promise<number> {
  for (let tries = 1; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    const found = await listened(port).catch(() => null);
    if (found !== null) return found;
  }
  return listened(0);
}

function listened(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject).listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
