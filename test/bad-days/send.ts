import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { RunningServer } from '../fixtures/running-server.ts';

export interface Outgoing {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  /** Sent as it is, with its length; pieces go chunked, without one. */
  body: string | Uint8Array | Iterable<Uint8Array>;
  agent?: Agent;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One request, byte for byte. Rejects when no answer came: the connection broke before there was one. */
export function send({ url }: Pick<RunningServer, 'url'>, outgoing: Outgoing): Promise<Answer> {
  const { path, method = 'POST', headers = {}, body, agent } = outgoing;
  const isWhole = typeof body === 'string' || body instanceof Uint8Array;
  const length = isWhole ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, {
      method,
      headers: { ...length, ...headers },
      ...(agent === undefined ? {} : { agent }),
    });
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('close', () => {
        if (!response.complete) return reject(new Error('the answer broke off'));
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode!, headers: response.headers, body: text });
      });
    });
    sent.on('error', reject);
    if (isWhole) sent.end(body);
    else void writePieces(sent, body);
  });
}

/** Until all is sent, or the other side has heard enough. */
async function writePieces(sent: ReturnType<typeof request>, pieces: Iterable<Uint8Array>): Promise<void> {
  for (const piece of pieces) {
    if (sent.destroyed || sent.writableEnded) return;
    if (!sent.write(piece)) {
      await new Promise<void>((resolve) => {
        const go = () => {
          sent.off('drain', go).off('close', go);
          resolve();
        };
        sent.on('drain', go).on('close', go);
      });
    }
  }
  if (!sent.destroyed) sent.end();
}
