import type { Insertable, Selectable } from 'kysely';
import type { Alert, AlertChange, LookState } from '../../../../../core/alerts/ports.ts';
import type { GivenColumns } from '../../dialects/dialect.ts';
import type { AlertChangeTable, AlertLookTable, AlertTable } from '../../schema/alerts.ts';
import { foldSearch, fromJson, toJson } from '../issues/issue-row.ts';

/** Characters that a text is looked for in. */
const SEARCH_CHARACTERS = 2_000;

const RANK: Record<Alert['state'], number> = { firing: 0, acknowledged: 1, resolved: 2 };
/** After every instant that a clock says; three times it is still a whole number. */
const END_OF_TIME = 100_000_000_000_000;

export type AlertRow = Selectable<AlertTable>;
/** What is written: the database gives the number. */
export type WrittenAlert = Omit<AlertRow, 'number'>;

export const ALERT_COLUMNS: GivenColumns<WrittenAlert> = {
  id: 'text',
  project_id: 'integer',
  rule: 'text',
  dedupe_key: 'text',
  type: 'text',
  severity: 'text',
  state: 'text',
  is_archived: 'integer',
  list_order: 'integer',
  subject_kind: 'text',
  subject_id: 'text',
  first_seen: 'integer',
  last_seen: 'integer',
  count: 'integer',
  firing: 'integer',
  firing_since: 'integer',
  next_send_at: 'integer',
  next_send: 'text',
  next_step: 'integer',
  step: 'integer',
  unanswered_since: 'integer',
  unanswered_severity: 'text',
  is_flapping: 'integer',
  resolved_at: 'integer',
  value: 'number',
  unit: 'text',
  threshold: 'text',
  subject_name: 'text',
  subject_labels: 'text',
  acknowledged: 'text',
  resolved: 'text',
  search: 'text',
  description: 'text',
  advice: 'text',
  said: 'text',
  evidence: 'text',
};

export function toAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    number: row.number,
    projectId: row.project_id,
    rule: row.rule,
    dedupeKey: row.dedupe_key,
    type: row.type,
    severity: row.severity as Alert['severity'],
    state: row.state as Alert['state'],
    isArchived: row.is_archived === 1,
    subject: {
      kind: row.subject_kind,
      id: row.subject_id,
      name: row.subject_name,
      labels: JSON.parse(row.subject_labels) as Alert['subject']['labels'],
    },
    value: row.value,
    unit: row.unit,
    threshold: row.threshold,
    description: row.description,
    advice: row.advice,
    said: fromJson(row.said),
    evidence: fromJson(row.evidence),
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    count: row.count,
    firing: row.firing,
    firingSince: row.firing_since,
    nextSendAt: row.next_send_at,
    nextSend: row.next_send as Alert['nextSend'],
    nextStep: row.next_step,
    step: row.step,
    unanswered: { since: row.unanswered_since, severity: row.unanswered_severity as Alert['severity'] },
    acknowledged: fromJson(row.acknowledged),
    resolved: fromJson(row.resolved),
    isFlapping: row.is_flapping === 1,
  };
}

export function toAlertRow(alert: Alert): WrittenAlert {
  return {
    id: alert.id,
    project_id: alert.projectId,
    rule: alert.rule,
    dedupe_key: alert.dedupeKey,
    type: alert.type,
    severity: alert.severity,
    state: alert.state,
    is_archived: alert.isArchived ? 1 : 0,
    list_order: listOrder(alert),
    subject_kind: alert.subject.kind,
    subject_id: alert.subject.id,
    first_seen: Math.floor(alert.firstSeen),
    last_seen: Math.floor(alert.lastSeen),
    count: alert.count,
    firing: alert.firing,
    firing_since: Math.floor(alert.firingSince),
    next_send_at: whole(alert.nextSendAt),
    next_send: alert.nextSend,
    next_step: alert.nextStep,
    step: alert.step,
    unanswered_since: Math.floor(alert.unanswered.since),
    unanswered_severity: alert.unanswered.severity,
    is_flapping: alert.isFlapping ? 1 : 0,
    resolved_at: whole(alert.resolved?.at ?? null),
    value: alert.value,
    unit: alert.unit,
    threshold: alert.threshold,
    subject_name: alert.subject.name,
    subject_labels: JSON.stringify(alert.subject.labels),
    acknowledged: toJson(alert.acknowledged),
    resolved: toJson(alert.resolved),
    search: searchText(alert),
    description: alert.description,
    advice: alert.advice,
    said: toJson(alert.said),
    evidence: toJson(alert.evidence),
  };
}

/** Firing first, then acknowledged, then resolved; each the newest firing first. */
function listOrder({ state, firingSince }: Alert): number {
  const since = Math.min(Math.max(Math.floor(firingSince), 0), END_OF_TIME - 1);
  return RANK[state] * END_OF_TIME + (END_OF_TIME - 1 - since);
}

function searchText({ type, rule, dedupeKey, subject, description }: Alert): string {
  const parts = [type, rule, subject.name, subject.id, ...Object.values(subject.labels), dedupeKey, description];
  return foldSearch(parts.join('\n').slice(0, SEARCH_CHARACTERS));
}

function whole(instant: number | null): number | null {
  return instant === null ? null : Math.floor(instant);
}

export function toChange(row: Selectable<AlertChangeTable>): AlertChange {
  return {
    alertId: row.alert_id,
    firing: row.firing,
    at: row.at,
    by: row.by,
    action: row.action as AlertChange['action'],
    from: row.from_state as AlertChange['from'],
    to: row.to_state as AlertChange['to'],
    notes: row.notes,
    detail: fromJson(row.detail),
  };
}

export function toChangeRow(change: AlertChange): Insertable<AlertChangeTable> {
  return {
    alert_id: change.alertId,
    firing: change.firing,
    at: Math.floor(change.at),
    by: change.by,
    action: change.action,
    from_state: change.from,
    to_state: change.to,
    notes: change.notes,
    detail: toJson(change.detail),
  };
}

export const LOOK_COLUMNS: GivenColumns<AlertLookTable> = {
  dedupe_key: 'text',
  bad_since: 'integer',
  bad_count: 'integer',
  good_count: 'integer',
  unknown_count: 'integer',
  last_look_at: 'integer',
};

export function toLook(row: AlertLookTable): LookState | null {
  if (row.last_look_at === null) return null;
  return {
    dedupeKey: row.dedupe_key,
    badSince: row.bad_since,
    badCount: row.bad_count,
    goodCount: row.good_count,
    unknownCount: row.unknown_count,
    lastLookAt: row.last_look_at,
  };
}

export function toLookRow(look: LookState): AlertLookTable {
  return {
    dedupe_key: look.dedupeKey,
    bad_since: whole(look.badSince),
    bad_count: look.badCount,
    good_count: look.goodCount,
    unknown_count: look.unknownCount,
    last_look_at: Math.floor(look.lastLookAt),
  };
}
