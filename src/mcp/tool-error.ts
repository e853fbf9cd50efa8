import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { type ErrorCode, GuardianError, type Messages, toGuardianError } from '../core/shared/index.ts';

/** A refusal that a tool wrote itself: its details are Guardian's own words and may be told. */
export class ToolError extends GuardianError {}

/** The remedies that hold for an agent; the catalogue's own speak to people at a screen or a terminal. */
const REMEDY: Partial<Record<ErrorCode, string>> = {
  payload_invalid: "Correct the arguments as the tool's input schema describes them.",
  forbidden: 'Use an API key of scope "write"; an administrator of this Guardian makes one.',
  not_found: 'Look it up again with list_issues, search_events or list_reports; old events are not kept for ever.',
  internal: 'Try again once; if it stays, tell the people who run this Guardian to read its log.',
};

/** For an error that a tool raises on purpose. No detail may hold what an event or a caller wrote. */
export function refuse(code: ErrorCode, about: { path?: string; key?: string; reason?: string } = {}): ToolError {
  const remedy = REMEDY[code];
  return new ToolError(code, remedy === undefined ? about : { ...about, remedy });
}

/** Any error as a tool's result: the code, what happened, what to do. Of an error from inside only its code's sentence is told. */
export function errorResult(thrown: unknown, messages: Messages): CallToolResult {
  const error = thrown instanceof ToolError ? thrown : refuse(toGuardianError(thrown).code);
  const { message, remedy } = error.explain(messages);
  const advice = error.about.remedy ?? REMEDY[error.code] ?? remedy;
  return { isError: true, content: [{ type: 'text', text: `${error.code}: ${message}\n${advice}` }] };
}
