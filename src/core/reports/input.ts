import type { DecideFrameOrigin, ReadProblem } from '../events/index.ts';
import type { RepositoryEvidence } from '../evidence/index.ts';
import type { Understanding } from '../issues/index.ts';
import type { Clock, Messages } from '../shared/index.ts';
import type { ReportKnobs } from './knobs.ts';

/** Everything a report is made of. Equal inputs give equal bytes; the clock is asked once. */
export interface ReportInput {
  understanding: Understanding;
  evidence: RepositoryEvidence;
  subject: ReportSubject;
  reading: Reading;
  /** How many values of each kind were taken out before anything saw the events. */
  redactions: Readonly<Record<string, number>>;
  /** Revisions the whole log showed; left out, those of the events that were kept. */
  seenRevisions?: SeenRevision[];
  commands: CommandTemplates;
  /** Which frames are the application's, where a frame does not say so itself. Default: the rules without configuration. */
  frameOrigin?: DecideFrameOrigin;
  clock: Clock;
  messages: Messages;
  /** Those that differ from `DEFAULT_REPORT_KNOBS`. */
  knobs?: Partial<ReportKnobs>;
}

/** What the report is about; null is filled in from the log where the log says it. */
export interface ReportSubject {
  service: string | null;
  region: string | null;
  release: string | null;
  revision: string | null;
}

/** How the events came in. */
export interface Reading {
  /** `live`: the source was asked for the whole window; `saved`: somebody saved a part of the log before. */
  origin: 'live' | 'saved';
  /** `all`, or a duration such as `1h`. */
  freshness: string;
  /** The window that was asked for, epoch ms; null where it is open. */
  since: number | null;
  until: number | null;
  problems: ReadProblem[];
}

/** A revision the log shows, and when: epoch ms of its oldest and newest entry. */
export interface SeenRevision {
  name: string;
  from: number;
  to: number;
}

/** Commands of the configuration; null takes the one of Cloud Run when service and region are known. */
export interface CommandTemplates {
  /** `{service}`, `{region}`, `{memory}`. */
  memory: string | null;
  /** `{service}`, `{region}`, `{revision}`. */
  rollback: string | null;
}
