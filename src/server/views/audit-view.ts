import type { AuditEntry, AuditTrail, AuditVerdict } from '../../contracts/api/audit.ts';
import { type ChainedEntry, notExcludedInWords, type TrailSummary, type TrailVerdict } from '../../core/audit/index.ts';
import { type Messages, toInstant } from '../../core/shared/index.ts';

export function auditEntryView({ previous: _previous, ...entry }: ChainedEntry, actor: string): AuditEntry {
  return { ...entry, actor };
}

export function auditTrailView({ name, entries, lastAt, lastCheckpoint }: TrailSummary): AuditTrail {
  return {
    name,
    entries,
    lastAt: lastAt === null ? null : toInstant(lastAt),
    lastCheckpoint: lastCheckpoint && {
      sequence: lastCheckpoint.count,
      at: toInstant(lastCheckpoint.at),
      isAnchored: lastCheckpoint.isAnchored,
    },
  };
}

export function auditVerdictView(
  { notExcluded, checkedAt, ...verdict }: TrailVerdict,
  messages: Messages,
): AuditVerdict {
  return {
    ...verdict,
    notExcluded: notExcludedInWords(notExcluded, messages),
    checkedAt: toInstant(checkedAt),
  };
}
