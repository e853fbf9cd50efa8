import type { IncidentView, Report } from '../../../contracts/report.ts';

/**
 * What an incident is called, and what stands below it. A message that is nothing but its trace is called by the line of it that holds its own
 * error, else by the title of its issue, which is that of another incident; the trace is then shown once.
 */
export function headlineOf(view: IncidentView, issues: Report['issues']): { headline: string; trace: string | null } {
  const [first = '', ...rest] = view.message.split('\n');
  const title = issues.find((issue) => issue.id === view.issue_id)?.title;
  const isOnlyTrace = view.stack_trace !== null && view.stack_trace.trim() === view.message.trim();
  const trace = view.stack_trace ?? (rest.length > 0 ? rest.join('\n') : null);
  return { headline: isOnlyTrace ? (ownError(view) ?? title ?? view.error_type ?? first) : first, trace };
}

/** `KeyError: 'price'` of a trace, wherever its language puts it; null when no line reads so. */
function ownError({ stack_trace, error_type }: IncidentView): string | null {
  if (stack_trace === null || error_type === null) return null;
  const lines = stack_trace.split('\n').map((line) => line.trim());
  return lines.find((line) => line.startsWith(`${error_type}: `)) ?? null;
}
