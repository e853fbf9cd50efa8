import type { DeliverySummary } from '../../../contracts/api/reports.ts';

/** Why a message was made, from `report:ID`, `could-not-look:ID` or `digest:INSTANT`; and the report that can be opened, if it brought one. */
export function occasionOf({ occasion }: Pick<DeliverySummary, 'occasion'>): { kind: string; report: string | null } {
  const end = occasion.indexOf(':');
  if (end < 0) return { kind: occasion, report: null };
  const kind = occasion.slice(0, end);
  return { kind, report: kind === 'report' ? occasion.slice(end + 1) : null };
}
