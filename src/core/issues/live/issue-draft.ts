import type { Fingerprint } from '../fingerprint/v1.ts';
import type { NewIncident, StateChange } from '../lifecycle/judge-incidents.ts';
import type { FoldPlan, IssueHashKey, ServiceScope, StoredIncident, StoredIssue } from '../ports.ts';
import type { LiveIncident } from './live-event.ts';

const GRAVITY = { OOM: 3, CRASH: 2, UNHEALTHY: 1 } as const;

/** An issue while one plan is made: what is known of it, and what this plan changes. */
export class IssueDraft {
  readonly id: string;
  readonly scope: ServiceScope;
  /** Null: this plan opens it. */
  readonly known: StoredIssue | null;
  readonly fingerprint: Fingerprint | null;
  severity: number;
  signal: StoredIssue['signal'];
  /** What it is called by: its earliest incident. */
  first: LiveIncident | null = null;
  readonly newIncidents: NewIncident[] = [];
  readonly incidents: StoredIncident[] = [];
  stateChange: StateChange | null = null;
  hashes: number;
  #firstFrom: number;

  constructor(options: {
    id: string;
    scope: ServiceScope;
    known: StoredIssue | null;
    fingerprint: Fingerprint | null;
    hashes: number;
  }) {
    const { id, scope, known, fingerprint, hashes } = options;
    this.id = id;
    this.scope = scope;
    this.known = known;
    this.fingerprint = fingerprint;
    this.hashes = hashes;
    this.severity = known?.severity ?? 0;
    this.signal = known?.signal ?? null;
    this.#firstFrom = known?.firstSeen ?? Number.POSITIVE_INFINITY;
  }

  add(incident: LiveIncident, row: StoredIncident): void {
    this.incidents.push(row);
    this.severity = Math.max(this.severity, row.severity);
    if (row.signal !== null && (this.signal === null || GRAVITY[row.signal] > GRAVITY[this.signal]))
      this.signal = row.signal;
    if (incident.isNew) this.newIncidents.push({ id: row.id, from: row.from, revision: row.revision });
    const isItsFirst =
      this.first === null &&
      this.known !== null &&
      row.members.some(({ eventSeq }) => eventSeq === this.known?.firstEventSeq);
    if (row.from >= this.#firstFrom && !isItsFirst) return;
    this.#firstFrom = row.from;
    this.first = incident;
  }

  get isGraver(): boolean {
    return this.known !== null && (this.severity > this.known.severity || this.signal !== this.known.signal);
  }
}

/** Hashes a plan adds, each once, and only so many an issue. */
export class LearntHashes {
  readonly rows: FoldPlan['hashes'] = [];
  readonly #limit: number;
  readonly #owners = new Map<string, IssueDraft>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  ownerOf(key: IssueHashKey): IssueDraft | null {
    return this.#owners.get(hashKey(key)) ?? null;
  }

  /** The store knows it. */
  note(key: IssueHashKey, draft: IssueDraft): void {
    this.#owners.set(hashKey(key), draft);
  }

  learn(draft: IssueDraft, fingerprint: Fingerprint, { at, template }: { at: number; template: string | null }): void {
    for (const hash of fingerprint.hashes) {
      const key = { ...draft.scope, hash };
      if (this.#owners.has(hashKey(key)) || draft.hashes >= this.#limit) continue;
      this.#owners.set(hashKey(key), draft);
      draft.hashes++;
      this.rows.push({
        ...key,
        issueId: draft.id,
        template,
        firstSeen: at,
      });
    }
  }
}

export function hashKey({ projectId, service, hash }: IssueHashKey): string {
  return `${projectId}\u0000${service}\u0000${hash}`;
}
