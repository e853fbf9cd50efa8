import type { ReactNode } from 'react';
import type { IssueSummary } from '../../contracts/api/issues.ts';
import { useMessages } from '../language.tsx';
import { oneLine } from '../visible-text.ts';
import type { Tone } from './card.tsx';

export type Severity = IssueSummary['severity'];
export type IssueState = IssueSummary['state'];
export type Status = 'OK' | 'DEGRADED' | 'CRITICAL' | 'silent' | 'unknown' | 'could not look';

const TONES: Record<Status, Tone> = {
  OK: 'ok',
  DEGRADED: 'warn',
  CRITICAL: 'bad',
  silent: 'info',
  unknown: 'info',
  'could not look': 'info',
};

export function toneOf(status: Status): Tone {
  return TONES[status] ?? 'info';
}

const TEXT: Record<Tone, string> = {
  none: 'text-muted',
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  info: 'text-info',
};

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-block rounded-full border border-current px-2 text-xs leading-5 font-semibold whitespace-nowrap ${TEXT[tone]}`}
    >
      {children}
    </span>
  );
}

export function StatusBadge({ status }: { status: Status }) {
  const { shared } = useMessages();
  return <Badge tone={toneOf(status)}>{shared.status[status] ?? status}</Badge>;
}

const SEVERITY_TEXT: Record<Severity, string> = {
  unset: 'text-muted',
  trace: 'text-muted',
  debug: 'text-muted',
  info: 'text-info',
  warn: 'text-warn',
  error: 'text-bad',
  fatal: 'text-alarm font-bold',
};

export function SeverityText({ severity }: { severity: Severity }) {
  const { shared } = useMessages();
  return <span className={SEVERITY_TEXT[severity] ?? 'text-muted'}>{shared.severity[severity] ?? severity}</span>;
}

const STATE_TONES: Record<IssueState, Tone> = {
  open: 'warn',
  'handed off': 'info',
  resolved: 'ok',
  regressed: 'bad',
  ignored: 'none',
};

export function StateBadge({ state }: { state: IssueState }) {
  const { shared } = useMessages();
  return <Badge tone={STATE_TONES[state]}>{shared.issueState[state]}</Badge>;
}

const TAGS = { endpoint: 'text-info', file: 'text-warn', type: 'text-bad', plain: 'text-muted' } as const;

/** A short value from an event, on one line, hidden characters shown. */
export function Tag({ kind = 'plain', text }: { kind?: keyof typeof TAGS; text: string | null }) {
  if (!text) return null;
  return <span className={`font-mono text-xs wrap-anywhere ${TAGS[kind]}`}>{oneLine(text)}</span>;
}
