import type { Sentence } from '../shared/index.ts';
import type { AlertSayings } from './sayings.ts';

/** A condition about a subject: one row per dedupe key, from its first firing on. Instants are epoch ms. */
export interface Alert {
  id: string;
  /** Counts up: what people say aloud. */
  number: number;
  projectId: number | null;
  /** Name of the rule; what was posted has the rule `posted`. */
  rule: string;
  /** rule + subject, shown as it is. */
  dedupeKey: string;
  /** TOO_DRY, JOB_FAILED, ERROR_COUNT … */
  type: string;
  severity: AlertSeverity;
  state: 'firing' | 'acknowledged' | 'resolved';
  isArchived: boolean;
  subject: AlertSubject;
  /** Null: unknown, and said so. */
  value: number | null;
  unit: string | null;
  threshold: string | null;
  description: string;
  /** What to do. */
  advice: string | null;
  /** The texts that are sentences of ours, for readers of another language than the installation's; null: all are others' words. */
  said: AlertSayings | null;
  evidence: Record<string, unknown> | null;
  firstSeen: number;
  lastSeen: number;
  /** Looks at which it was there, of all firings. */
  count: number;
  /** Counts up whenever it fires again after it was resolved. */
  firing: number;
  firingSince: number;
  /** Repeat, escalation or the lapse of an acknowledgement comes then; null: nothing more is to be sent. */
  nextSendAt: number | null;
  /** What `nextSendAt` is for, and how far the steps have gone. */
  nextSend: 'repeat' | 'escalate' | 'lapse' | null;
  /** The step of escalation that is taken then, from 1; null: none. */
  nextStep: number | null;
  /** The last step of escalation that was taken since nobody answers for it, from 1; 0: none. */
  step: number;
  /** Since when nobody answers for it, and how grave it was then. It begins anew when it is told anew: graver, reopened, its acknowledgement over. */
  unanswered: { since: number; severity: AlertSeverity };
  acknowledged: { at: number; by: string; until: number } | null;
  resolved: { at: number; by: string; notes: string | null } | null;
  /** Raised again for the same reason too often: counted, not told. */
  isFlapping: boolean;
}

export type AlertSeverity = 'info' | 'warning' | 'error' | 'critical';

/** Ascending. */
export const ALERT_SEVERITIES: readonly AlertSeverity[] = ['info', 'warning', 'error', 'critical'];

export interface AlertSubject {
  /** service, job, issue, piano, channel … */
  kind: string;
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** Each change of an alert, with who and when. */
export interface AlertChange {
  alertId: string;
  firing: number;
  at: number;
  /** A user's name, an API key's, or `guardian`. */
  by: string;
  action:
    | 'fired'
    | 'graver'
    | 'eased'
    | 'acknowledged'
    | 'lapsed'
    | 'escalated'
    | 'repeated'
    | 'resolved'
    | 'reopened'
    | 'archived'
    | 'unarchived'
    | 'noted'
    | 'undone';
  from: Alert['state'] | null;
  to: Alert['state'];
  notes: string | null;
  /** Value, severity … at that moment; what an undo needs. */
  detail: Record<string, unknown> | null;
}

/** What one look of a rule at one subject found. */
export interface Observation {
  dedupeKey: string;
  rule: string;
  type: string;
  projectId: number | null;
  subject: AlertSubject;
  at: number;
  /**
   * `unknown`: could not look; it fires and resolves nothing, and is told after three in a row. `between`: not bad enough to fire, not good enough to
   * clear: what fires goes on, what does not begins anew.
   */
  condition: 'bad' | 'between' | 'good' | 'unknown';
  severity: AlertSeverity;
  value: number | null;
  unit: string | null;
  threshold: Sentence | null;
  description: Sentence;
  advice: Sentence | null;
  evidence: Record<string, unknown> | null;
  damping: Damping;
  /** Its time is the server's own and it came in this order: it is never late, nor a repeat of what was looked at in the same millisecond. */
  isCurrent?: boolean;
  /** No new look: time alone has passed since the last one. Counts stay; only `forMs` may have become full. */
  isTimeOnly?: boolean;
}

export interface Damping {
  /** The condition must hold so long before it fires. */
  forMs: number;
  /** Looks in a row. */
  badCount: number;
  goodCount: number;
}

/** How a rule stands towards one subject between looks. */
export interface LookState {
  dedupeKey: string;
  /** Since when the condition holds without a break; null: it does not. */
  badSince: number | null;
  badCount: number;
  goodCount: number;
  /** Looks in a row that could not. */
  unknownCount: number;
  lastLookAt: number;
}
