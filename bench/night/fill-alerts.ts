import type { Store } from '../../src/adapters/store/sql/index.ts';
import type { Alert, AlertWrite, Observation } from '../../src/core/alerts/index.ts';

export const TYPES = ['TOO_DRY', 'TOO_HUMID', 'UNPLUGGED', 'LATE', 'SILENT'];
const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
const RULES = Array.from({ length: 20 }, (_, index) => `rule-${index}`);
const SUBJECTS = 5_000;
const AT_ONCE = 1_000;
const DAY_MS = 86_400_000;

/** So many alerts of the last year: one in twenty fires, one in twenty is acknowledged, a third of the others is archived. */
export async function fillAlerts(store: Store, projectId: number, { total, now }: { total: number; now: number }) {
  for (let start = 0; start < total; start += AT_ONCE) {
    const alerts = Array.from({ length: Math.min(AT_ONCE, total - start) }, (_, index) =>
      alertOf(start + index, projectId, now),
    );
    const byKey = new Map(alerts.map((alert) => [alert.dedupeKey, alert]));
    await store.alerts.observe(alerts.map(observationOf), ({ dedupeKey }) => writeOf(byKey.get(dedupeKey)!));
  }
}

function alertOf(index: number, projectId: number, now: number): Alert {
  const at = now - ((index * 7_919) % 365) * DAY_MS - (index % DAY_MS);
  const state = index % 20 === 0 ? 'firing' : index % 20 === 1 ? 'acknowledged' : 'resolved';
  const subject = `piano-${index % SUBJECTS}`;
  return {
    id: `alert-${index}`,
    number: 0,
    projectId,
    rule: RULES[index % RULES.length]!,
    dedupeKey: `bench-${index}`,
    type: TYPES[index % TYPES.length]!,
    severity: SEVERITIES[index % SEVERITIES.length]!,
    state,
    isArchived: state === 'resolved' && index % 3 === 0,
    subject: { kind: 'piano', id: subject, name: `Piano ${index % SUBJECTS}`, labels: { place: `Hall ${index % 97}` } },
    value: 20 + (index % 15),
    unit: '%',
    threshold: '< 35 %',
    description: `The air at ${subject} is too dry since the heating was turned up in wing ${index % 31}`,
    advice: 'Fill the tank of the humidifier',
    said: null,
    evidence: { measurement: 'humidity' },
    firstSeen: at,
    lastSeen: at,
    count: 1,
    firing: 1,
    firingSince: at,
    nextSendAt: null,
    nextSend: null,
    nextStep: null,
    step: 0,
    unanswered: { since: at, severity: SEVERITIES[index % SEVERITIES.length]! },
    acknowledged: state === 'acknowledged' ? { at, by: 'ana', until: now + DAY_MS } : null,
    resolved: state === 'resolved' ? { at, by: 'guardian', notes: null } : null,
    isFlapping: false,
  };
}

function observationOf(alert: Alert): Observation {
  const { dedupeKey, rule, type, projectId, subject, severity, value, unit, threshold, description } = alert;
  return {
    dedupeKey,
    rule,
    type,
    projectId,
    subject,
    at: alert.lastSeen,
    condition: 'bad',
    severity,
    value,
    unit,
    threshold,
    description,
    advice: null,
    evidence: null,
    damping: { forMs: 0, badCount: 1, goodCount: 1 },
  };
}

function writeOf(alert: Alert): AlertWrite {
  const { id, firing, lastSeen: at, state } = alert;
  const change = {
    alertId: id,
    firing,
    at,
    by: 'guardian',
    action: 'fired',
    from: null,
    to: state,
    notes: null,
  } as const;
  return { alert, look: null, changes: [{ ...change, detail: null }], outbox: [] };
}
