import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { McpOptions, Principal } from './mcp-options.ts';
import { createMcpServer } from './server.ts';

export type McpHandler = (request: Request, principal: Principal) => Promise<Response>;

const BODY_BYTES = 256 * 1024;
const TIMEOUT_MS = 60_000;

/**
 * The Model Context Protocol over streamable HTTP (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports), stateless: every
 * request stands alone, so any node may answer it. The caller has checked the API key. Answers are JSON; there is no stream to listen to (GET)
 * and no session to end (DELETE): 405.
 */
export function createMcpHandler(options: McpOptions): McpHandler {
  const { bodyBytes = BODY_BYTES, timeoutMs = TIMEOUT_MS } = options;
  return async (request, principal) => {
    if (!isOriginAllowed(request, options.allowedOrigins ?? [])) return refusal(403, 'This origin may not call.');
    if (request.method !== 'POST') return refusal(405, 'Only POST is served here.', { allow: 'POST' });
    const server = createMcpServer(options, principal);
    const transport = new WebStandardStreamableHTTPServerTransport({
      enableJsonResponse: true,
      maxRequestBodySize: bodyBytes,
    });
    const timer = Promise.withResolvers<Response>();
    // A request that was cancelled, or whose store hangs, is answered all the same.
    const timeout = setTimeout(() => timer.resolve(refusal(504, 'The request took too long.')), timeoutMs);
    try {
      await server.connect(transport);
      return await Promise.race([transport.handleRequest(request), timer.promise]);
    } catch (error) {
      options.onError?.(error);
      return refusal(500, 'Guardian itself failed.');
    } finally {
      clearTimeout(timeout);
      await server.close();
    }
  };
}

/** Pages of other origins may not use a browser's way to this server (DNS rebinding); programs send no origin. */
function isOriginAllowed(request: Request, allowed: readonly string[]): boolean {
  const origin = request.headers.get('origin');
  if (origin === null || allowed.includes(origin)) return true;
  const url = URL.parse(origin);
  if (url === null) return false;
  return url.host === new URL(request.url).host || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}

function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  const body = { jsonrpc: '2.0', error: { code: -32_000, message }, id: null };
  return Response.json(body, { status, headers });
}
