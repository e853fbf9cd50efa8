import type { Readable, Writable } from 'node:stream';
import { StreamableHTTPClientTransport, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { isJSONRPCRequest, type JSONRPCMessage, type RequestId } from '@modelcontextprotocol/sdk/types.js';
import { GuardianError, type Messages } from '../core/shared/index.ts';

export interface McpBridgeOptions {
  /** Where the server answers MCP: `http://127.0.0.1:4400/mcp`. */
  url: URL;
  apiKey: string | null;
  input: Readable;
  output: Writable;
  messages: Messages;
  signal: AbortSignal;
}

/** JSON-RPC's range for what a server defines itself. */
const BRIDGE_ERROR = -32_000;
/** How long answers that are on their way are waited for once the client has closed its end. */
const DRAIN_MS = 60_000;

/**
 * Hands every message of standard input to the server's own MCP endpoint, and its answers to standard output: the tools are those of the server.
 * Ends when the client closes its end and the last answer has come, or with the signal. A request that cannot be handed over is answered with the
 * catalogue's error, so that no agent waits for ever.
 */
export async function bridgeMcp({ url, apiKey, input, output, messages, signal }: McpBridgeOptions): Promise<void> {
  const headers: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  const client = new StdioServerTransport(input, output);
  const server = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const waiting = new Map<RequestId, { isInitialize: boolean }>();
  const ended = Promise.withResolvers<void>();
  let isClosed = false;
  const endIfDone = () => {
    if (isClosed && waiting.size === 0) ended.resolve();
  };
  const answer = async (message: JSONRPCMessage) => {
    if ('id' in message && message.id !== undefined && !('method' in message)) {
      const asked = waiting.get(message.id);
      const version = asked?.isInitialize && 'result' in message ? message.result.protocolVersion : null;
      if (typeof version === 'string') server.setProtocolVersion(version);
      waiting.delete(message.id);
    }
    await client.send(message);
    endIfDone();
  };
  server.onmessage = (message) => void answer(message);
  client.onmessage = (message) => {
    if (isJSONRPCRequest(message)) waiting.set(message.id, { isInitialize: message.method === 'initialize' });
    server.send(message).catch((cause: unknown) => {
      if (!isJSONRPCRequest(message)) return;
      void answer({
        jsonrpc: '2.0',
        id: message.id,
        error: { code: BRIDGE_ERROR, message: explain(cause, url, messages) },
      });
    });
  };
  const close = () => {
    isClosed = true;
    endIfDone();
    setTimeout(ended.resolve, DRAIN_MS).unref();
  };
  input.once('end', close).once('close', close);
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  if (signal.aborted) ended.resolve();
  await server.start();
  await client.start();
  await ended.promise;
  await client.close();
  await server.close();
}

/** What the client is told when the server could not be asked. What the server wrote is not repeated: it may be any page. */
function explain(cause: unknown, url: URL, messages: Messages): string {
  const { message, remedy } = errorOf(cause, url).explain(messages);
  return `${message} ${remedy}`;
}

function errorOf(cause: unknown, url: URL): GuardianError {
  const path = `${url.origin}${url.pathname}`;
  const status = cause instanceof StreamableHTTPError ? (cause.code ?? 0) : 0;
  if (status === 401) return new GuardianError('unauthorized', { remedy: (m) => m.asking.keyRemedy });
  if (status === 403) return new GuardianError('forbidden');
  if (status === 404 || status === 405) return new GuardianError('not_found', { path: (m) => m.asking.noMcp(path) });
  if (status === 429) return new GuardianError('rate_limited');
  return new GuardianError('source_unavailable', {
    path,
    ...(status > 0 ? { reason: `HTTP ${status}` } : codeOf(cause)),
  });
}

/** Without one it simply did not answer. */
function codeOf(cause: unknown): { reason?: string } {
  const inner = cause instanceof Error ? (cause.cause as { code?: unknown } | undefined) : undefined;
  return typeof inner?.code === 'string' ? { reason: inner.code } : {};
}
