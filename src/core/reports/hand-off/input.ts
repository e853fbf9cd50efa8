import type { DecideFrameOrigin, Event, Redactor } from '../../events/index.ts';
import type { IssueEvidence } from '../../evidence/index.ts';
import type { Feedback, Issue, IssueChangeEntry, StoredIssue } from '../../issues/index.ts';
import type { Clock, Messages } from '../../shared/index.ts';
import type { LeastSilence } from './silence-needed.ts';

/** Everything the hand-off of one stored issue is made of. Equal inputs give equal bytes; the clock is asked once. */
export interface HandOffInput {
  /** What the store knows: ids, state, counts. */
  stored: StoredIssue;
  /** `SHOP-12` */
  shortId: string;
  /** It was opened lately, as the issue lists say it. */
  isNew: boolean;
  /** Rebuilt from the stored events: its incidents, worst and newest first. Null when their events are gone. */
  issue: Issue | null;
  /** Events around the representative, for the log tail; in any order. */
  context: readonly Event[];
  /** Null when nothing was gathered; `evidenceProblem` says why. */
  evidence: IssueEvidence | null;
  evidenceProblem: string | null;
  /** The pipeline's own: code, commit subjects and notes leave redacted. */
  redactor: Pick<Redactor, 'text' | 'code'>;
  /** Newest first. Those of action `note` with a `text` in their detail are shown as notes. */
  history: readonly IssueChangeEntry[];
  /** Incidents since the newest revision of its service was first seen or deployed; null when no revision is known. */
  sinceDeployment: { revision: string; incidents: number } | null;
  /** What users wrote about it, newest first, already redacted. */
  feedback?: readonly Pick<Feedback, 'at' | 'text'>[];
  /** How often it happens on revisions without a fix; null when unknown. */
  rate: IncidentRate | null;
  /** What silence must amount to at least; default: 20 requests and an hour, else 24 hours. */
  leastSilence?: LeastSilence;
  frameOrigin?: DecideFrameOrigin;
  clock: Clock;
  messages: Messages;
  /** Bytes / 4 that Markdown and JSON each stay within. Default 6,000. */
  tokens?: number;
}

/** Of the last 7 days (or less, when it is younger); where it did not happen in them, of its life. */
export interface IncidentRate {
  incidents: number;
  /** Requests of its route in that time; null when nobody counts them. */
  requests: number | null;
  hours: number;
}
