import { SEVERITIES } from '../knobs.ts';
import type { Notification, NotificationFacts, Severity } from '../notification.ts';
import { failingChannelKey } from '../policy/decide-delivery.ts';
import type { OutboxRow } from '../ports.ts';
import { MIRRORS, Payload, type Told, toNotification } from './facts.ts';

const OCCASIONS: Record<string, Notification['occasion']> = {
  'alert-fired': 'alert_fired',
  'alert-repeated': 'alert_fired',
  'alert-escalated': 'alert_escalated',
  'alert-resolved': 'alert_resolved',
  'alert-changed': 'alert_fired',
};

/** A row of the alerts: `payload.alert` is the alert at that moment, `payload.telling` what makes the same again a repeat. */
export function alertTold(row: OutboxRow): Told | null {
  const payload = new Payload(row.payload);
  const alert = payload.inner('alert');
  const subject = alert.inner('subject');
  const occasion = OCCASIONS[row.kind];
  const type = alert.text('type');
  if (!occasion || !type) return null;
  const isMirrored = row.kind === 'alert-changed';
  // Of what people do to an alert only that somebody answers for it concerns others than screens.
  if (isMirrored && payload.text('action') !== 'acknowledged') return null;
  const labels = subject.inner('labels').texts();
  const firing = alert.number('firing') ?? 1;
  const isEnd = occasion === 'alert_resolved';
  const name = subject.text('name') ?? subject.text('id') ?? '';
  const notification = toNotification(row, {
    occasion,
    key: `alert:${payload.text('telling') ?? `${row.subjectId}:${firing}:${row.kind}:${row.id}`}`,
    dedupeKey: dedupeKeyOf(type, subject) ?? alert.text('dedupeKey') ?? row.subjectId,
    severity: severityOf(alert.text('severity')),
    match: { job: nameOf('job', subject, labels), service: nameOf('service', subject, labels), type, labels },
    about: { kind: 'alert', id: row.subjectId, firing },
    ...(isMirrored ? { action: 'acknowledge' } : {}),
    facts: {
      title: name === '' ? type : `${type}, ${name}`,
      subject: subjectText(name, labels),
      ...measured(alert),
      ...saidOf(alert.inner('said')),
      threshold: alert.text('threshold'),
      since: alert.number('firingSince'),
      cause: alert.text('description'),
      advice: isEnd ? null : alert.text('advice'),
      path: `/alerts/${row.subjectId}`,
      details: whoAndWhy(row.kind, payload),
    },
  });
  return {
    notification,
    episode: `alert:${row.subjectId}:${firing}`,
    isEnd,
    isRepeat: row.kind === 'alert-repeated',
    mirroredBy: isMirrored ? MIRRORS : null,
    step: occasion === 'alert_escalated' ? (alert.number('step') ?? 1) : null,
  };
}

/** Of a channel that fails: its alert is the same news as the messages that died of it. Null: the alert's own. */
function dedupeKeyOf(type: string, subject: Payload): string | null {
  const isOfChannel = type === 'CHANNEL_FAILING' && subject.text('kind') === 'channel';
  return isOfChannel ? failingChannelKey(subject.text('id') ?? '') : null;
}

/** The job or the service that an alert is of: its subject, else what its labels name. */
function nameOf(kind: 'job' | 'service', subject: Payload, labels: Record<string, string>): string | null {
  return subject.text('kind') === kind ? subject.text('id') : (labels[kind] ?? null);
}

function severityOf(text: string | null): Severity {
  return SEVERITIES.find((severity) => severity === text) ?? 'error';
}

/** `Piano 12 (client: Opera, place: Hall)`. */
function subjectText(name: string, labels: Record<string, string>): string {
  const said = Object.entries(labels).map(([label, text]) => `${label}: ${text}`);
  return said.length === 0 ? name : `${name} (${said.join(', ')})`;
}

/** What has no value says none; one that could not be measured is unknown. */
function measured(alert: Payload): Pick<NotificationFacts, 'measured'> {
  const value = alert.number('value');
  const unit = alert.text('unit');
  return value === null && unit === null && alert.text('threshold') === null ? {} : { measured: { value, unit } };
}

function saidOf(said: Payload): Pick<NotificationFacts, 'said'> {
  const [cause, threshold, advice] = ['description', 'threshold', 'advice'].map((name) => said.saying(name));
  if (!cause && !threshold && !advice) return {};
  return { said: { ...(cause && { cause }), ...(threshold && { threshold }), ...(advice && { advice }) } };
}

/** Of what a person did: resolved it, or opened it again. */
function whoAndWhy(kind: string, payload: Payload) {
  if (kind !== 'alert-resolved' && kind !== 'alert-fired') return [];
  const by = payload.text('by');
  const notes = payload.text('notes');
  return [
    ...(by !== null && by !== 'guardian' ? [{ label: 'by', text: by }] : []),
    ...(notes !== null ? [{ label: 'notes', text: notes }] : []),
  ];
}
