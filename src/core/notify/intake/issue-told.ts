import type { Severity } from '../notification.ts';
import { failingChannelKey } from '../policy/decide-delivery.ts';
import type { OutboxRow } from '../ports.ts';
import { once, Payload, type Told, toNotification } from './facts.ts';

/** OpenTelemetry's numbers: 17 is ERROR, from 18 on it is told at once, 13 is WARN. */
const CRITICAL = 18;
const ERROR = 17;
const WARN = 13;

/** An issue that opened, or came back. What was done to it by people is no news to them. */
export function issueTold(row: OutboxRow): Told | null {
  const issue = new Payload(row.payload);
  const hasOpened = row.kind === 'issue-opened';
  const service = issue.text('service');
  const title = issue.text('title') ?? row.subjectId;
  const told = once(
    toNotification(row, {
      occasion: hasOpened ? 'issue_opened' : 'issue_regressed',
      // It opens once; it may come back often.
      key: `issue:${row.subjectId}:${hasOpened ? 'opened' : `regressed:${row.at}`}`,
      dedupeKey: `issue:${row.subjectId}`,
      severity: severityOf(issue),
      match: { service, labels: {} },
      about: { kind: 'issue', id: row.subjectId, firing: null },
      facts: { title, subject: service ?? title, path: `/issues/${row.subjectId}` },
    }),
  );
  // Who was told of it hears what becomes of its fix.
  return { ...told, episode: `issue:${row.subjectId}` };
}

function severityOf(issue: Payload): Severity {
  const number = issue.number('severity') ?? ERROR;
  if (issue.text('signal') !== null || number >= CRITICAL) return 'critical';
  if (number >= ERROR) return 'error';
  return number >= WARN ? 'warning' : 'info';
}

/** Issues that a message about a report names. */
const TOP_ISSUES = 3;
const STATUSES: Record<string, Severity> = { OK: 'info', DEGRADED: 'warning', CRITICAL: 'critical' };

export function reportTold(row: OutboxRow): Told {
  const report = new Payload(row.payload);
  const service = report.text('service');
  const status = report.text('status') ?? '';
  const issues = report.textsOf('issues').slice(0, TOP_ISSUES);
  const left = (report.number('issueCount') ?? 0) - issues.length;
  const told = once(
    toNotification(row, {
      occasion: 'report_ready',
      key: `report:${row.subjectId}:ready`,
      dedupeKey: `report:${service ?? ''}`,
      severity: STATUSES[status] ?? 'error',
      match: { service },
      about: { kind: 'report', id: row.subjectId, firing: null },
      facts: {
        title: service ?? 'Guardian',
        path: `/reports/${row.subjectId}`,
        details: [
          { label: 'status', text: status },
          ...issues.map((text) => ({ label: 'issue', text: text.replace(/\s+/g, ' ') })),
          ...(left > 0 ? [{ label: 'more_issues', text: String(left) }] : []),
        ],
      },
    }),
  );
  // Rows of before had no say in it.
  return { ...told, isKnown: report.isFalse('isNews') };
}

/** A channel that does not deliver: whoever can still be reached hears of it. */
export function degradedTold(row: OutboxRow): Told {
  const degraded = new Payload(row.payload);
  const channel = degraded.text('channel') ?? row.subjectId;
  const address = degraded.text('address');
  return once(
    toNotification(row, {
      occasion: 'guardian_degraded',
      key: `guardian:${row.id}`,
      dedupeKey: failingChannelKey(address === null ? channel : `${channel}:${address}`),
      severity: 'error',
      match: { type: 'CHANNEL_FAILS', labels: { channel } },
      about: { kind: 'guardian', id: row.subjectId, firing: null },
      facts: {
        title: `channel:${channel}`,
        subject: address === null ? channel : `${channel} ${address}`,
        cause: degraded.text('error'),
        path: '/deliveries',
        details: [],
      },
    }),
  );
}
