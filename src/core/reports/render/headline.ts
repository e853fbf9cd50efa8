import type { IncidentView, Report } from '../../../contracts/report.ts';

/**
 * What an incident is called, and what stands below it. A message that is nothing but its trace gets the title of its issue; the trace is
 * then shown once.
 */
export function headlineOf(view: IncidentView, issues: Report['issues']): { headline: string; trace: string | null } {
  const [first = '', ...rest] = view.message.split('\n');
  const title = issues.find((issue) => issue.id === view.issue_id)?.title;
  const isOnlyTrace = view.stack_trace !== null && view.stack_trace.trim() === view.message.trim();
  const trace = view.stack_trace ?? (rest.length > 0 ? rest.join('\n') : null);
  return { headline: isOnlyTrace ? (title ?? view.error_type ?? first) : first, trace };
}
