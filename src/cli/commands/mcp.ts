import { GuardianError, messagesFor } from '../../core/shared/index.ts';
import type { CommandContext } from '../context.ts';
import { COMMON_OPTIONS, languageOf, parseOptions } from '../parse-options.ts';

const DEFAULT_URL = 'http://127.0.0.1:4400';

const OPTIONS = { ...COMMON_OPTIONS, url: { type: 'string' }, 'api-key': { type: 'string' } } as const;

/**
 * `guardian mcp`: the Model Context Protocol on standard input and output, for agents that start their servers themselves. The running server at
 * `--url` (GUARDIAN_URL) answers, as the API key (GUARDIAN_API_KEY) permits. Nothing else is printed; ends with status 0 when the agent does.
 */
export async function run(context: CommandContext): Promise<number> {
  const { values } = parseOptions(context.arguments, OPTIONS);
  const { environment } = context;
  const url = endpointOf(values.url ?? environment.GUARDIAN_URL ?? DEFAULT_URL);
  const apiKey = values['api-key'] ?? environment.GUARDIAN_API_KEY ?? '';
  const { bridgeMcp } = await import('../mcp-bridge.ts');
  await bridgeMcp({
    url,
    apiKey: apiKey.trim() === '' ? null : apiKey.trim(),
    input: process.stdin,
    output: process.stdout,
    messages: messagesFor(languageOf(context.arguments, environment)),
    signal: context.signal,
  });
  return 0;
}

/** The server's MCP address, below the path a reverse proxy may give it. */
function endpointOf(address: string): URL {
  const url = URL.parse(address.trim() || DEFAULT_URL);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new GuardianError('usage_invalid', { reason: (m) => m.asking.badUrl });
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/mcp$/, '')}/mcp`;
  return url;
}
