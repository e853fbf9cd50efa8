import type { IncomingMessage } from 'node:http';
import type { AppContext } from './app-env.ts';

export type BodyFailure = 'too-large' | 'slow' | 'aborted';

export interface BodyBounds {
  maxBytes: number;
  timeoutMs: number;
  /** Told of every piece, so that what all clients send at once can be bounded too; gives false when there is no more room. */
  onBytes?: (bytes: number) => boolean;
}

/** The body whole, still packed as it came, in memory of its own (it may be transferred to another thread); or why it could not be read. */
export async function readBody(
  context: AppContext,
  bounds: BodyBounds,
): Promise<{ body: Uint8Array } | { failure: BodyFailure | 'no-room' }> {
  const declared = Number(context.req.header('content-length') ?? 0);
  if (declared > bounds.maxBytes) return { failure: 'too-large' };
  const incoming = context.env?.incoming;
  return incoming ? fromSocket(incoming, bounds) : fromStream(context.req.raw.body, bounds);
}

type Outcome = { body: Uint8Array } | { failure: BodyFailure | 'no-room' };

function fromSocket(incoming: IncomingMessage, { maxBytes, timeoutMs, onBytes }: BodyBounds): Promise<Outcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => finish({ failure: 'slow' }), timeoutMs);
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) finish({ failure: 'too-large' });
      else if (onBytes && !onBytes(chunk.length)) finish({ failure: 'no-room' });
      else chunks.push(chunk);
    };
    const onEnd = () => finish({ body: joined(chunks, size) });
    const onCut = () => finish({ failure: 'aborted' });
    function finish(outcome: Outcome): void {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
      if ('failure' in outcome) incoming.on('error', () => {}).pause();
      resolve(outcome);
    }
    incoming.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}

async function fromStream(
  stream: ReadableStream<Uint8Array> | null,
  { maxBytes, onBytes }: BodyBounds,
): Promise<Outcome> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.length;
    if (size > maxBytes) return { failure: 'too-large' };
    if (onBytes && !onBytes(chunk.length)) return { failure: 'no-room' };
    chunks.push(chunk);
  }
  return { body: joined(chunks, size) };
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
