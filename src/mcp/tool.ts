import type { CallToolResult, ToolAnnotations, Tool as ToolDescription } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { McpOptions, Principal } from './mcp-options.ts';
import { refuse } from './tool-error.ts';

export interface ToolContext {
  options: McpOptions;
  principal: Principal;
}

/** What a tool says: Guardian's words and fenced blocks for the model, the same as data for programs. */
export interface Answer<O> {
  text: string;
  data: O;
}

interface Definition<I extends z.ZodObject, O extends z.ZodObject> {
  name: string;
  title: string;
  description: string;
  scope: 'read' | 'write';
  isIdempotent?: boolean;
  /** It reaches others than this Guardian: mails, forges, programs. */
  reachesOthers?: boolean;
  input: I;
  output: O;
  run(input: z.output<I>, context: ToolContext): Promise<Answer<z.input<O>>>;
}

export interface Tool {
  description: ToolDescription;
  scope: 'read' | 'write';
  call(input: unknown, context: ToolContext): Promise<CallToolResult>;
}

/** One tool: its schemas are checked and published, its answer is bounded by them. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(tool: Definition<I, O>): Tool {
  const annotations: ToolAnnotations = {
    readOnlyHint: tool.scope === 'read',
    destructiveHint: false,
    idempotentHint: tool.scope === 'read' || (tool.isIdempotent ?? false),
    openWorldHint: tool.reachesOthers ?? false,
  };
  return {
    scope: tool.scope,
    description: {
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: jsonSchema(tool.input, 'input'),
      outputSchema: jsonSchema(tool.output, 'output'),
      annotations,
    },
    async call(input, context) {
      const parsed = tool.input.safeParse(input ?? {});
      if (!parsed.success) throw refuse('payload_invalid', whatIsWrong(parsed.error, tool.input));
      const { text, data } = await tool.run(parsed.data, context);
      return { content: [{ type: 'text', text }], structuredContent: tool.output.parse(data) };
    },
  };
}

/** Draft 7: the dialect that every client's validator knows. Shapes that recur are said once, and the bounds of whole numbers are not said. */
function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): ToolDescription['inputSchema'] {
  const made = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    reused: io === 'output' ? 'ref' : 'inline',
    override: ({ jsonSchema: part }) => {
      if (part.format === 'date-time') delete part.pattern;
      if (part.maximum === Number.MAX_SAFE_INTEGER) delete part.maximum;
      if (part.minimum === Number.MIN_SAFE_INTEGER) delete part.minimum;
    },
  });
  return made as ToolDescription['inputSchema'];
}

/** The first thing that is wrong. Neither values nor unknown names of the caller are repeated: they may be an event's text. */
function whatIsWrong({ issues }: z.ZodError, schema: z.ZodObject): { key?: string; reason: string } {
  const known = Object.keys(schema.shape);
  const [issue] = issues;
  if (!issue || issue.code === 'unrecognized_keys')
    return { reason: `an argument is unknown; known are ${known.join(', ') || 'none'}` };
  const [first] = issue.path;
  const key = typeof first === 'string' && known.includes(first) ? { key: first } : {};
  return { ...key, reason: issue.message };
}
