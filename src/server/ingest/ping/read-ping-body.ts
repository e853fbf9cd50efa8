import type { IncomingMessage } from 'node:http';
import type { AppContext } from '../../app-env.ts';

/** What more of a body is read and thrown away, so that a client that sends it all before it listens gets its answer. */
const DISCARDED_BYTES = 10 * 1024 * 1024;

/**
 * The first bytes of a body, whatever its length. Null: it did not arrive in time, or was cut. `isCut`: more is coming that nobody reads, the connection
 * should be closed.
 */
export async function readPingBody(
  context: AppContext,
  { keptBytes, timeoutMs }: { keptBytes: number; timeoutMs: number },
): Promise<{ body: Uint8Array; isCut: boolean } | null> {
  const incoming = context.env?.incoming;
  if (incoming) return fromSocket(incoming, keptBytes, timeoutMs);
  const whole = new Uint8Array(await context.req.raw.arrayBuffer());
  return { body: whole.subarray(0, keptBytes), isCut: false };
}

function fromSocket(
  incoming: IncomingMessage,
  keptBytes: number,
  timeoutMs: number,
): Promise<{ body: Uint8Array; isCut: boolean } | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let kept = 0;
    let seen = 0;
    const timer = setTimeout(() => finish(null), timeoutMs);
    const onData = (chunk: Buffer) => {
      seen += chunk.length;
      if (kept < keptBytes) {
        const part = chunk.subarray(0, keptBytes - kept);
        chunks.push(part);
        kept += part.length;
      }
      if (seen > DISCARDED_BYTES) finish({ body: Buffer.concat(chunks), isCut: true });
    };
    const onEnd = () => finish({ body: Buffer.concat(chunks), isCut: false });
    const onCut = () => finish(null);
    function finish(outcome: { body: Uint8Array; isCut: boolean } | null): void {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
      if (outcome === null || outcome.isCut) incoming.on('error', () => {}).pause();
      resolve(outcome);
    }
    incoming.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}
