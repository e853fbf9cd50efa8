export { createMcpHandler, type McpHandler } from './handler.ts';
export type * from './mcp-options.ts';
