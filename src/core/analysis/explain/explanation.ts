import type { AnalysisMetadata, Attempt } from '../analysis.ts';

/** Something that is known of an issue, by an id that a claim can name. */
export interface Evidence {
  /** `frame:0`, `suspect:abc1234`, `incident:…`, `revision:…`, `deployment:…`. */
  id: string;
  kind: EvidenceKind;
  /** One line, for people. */
  label: string;
  /** For the model, beside the label: code, a diff. Foreign text. */
  detail: string | null;
}

export type EvidenceKind = 'frame' | 'suspect' | 'incident' | 'revision' | 'deployment';

export interface Claim {
  text: string;
  /** At least one id of evidence that exists. */
  evidence: string[];
}

/** Why an issue may be: always a hypothesis, whoever wrote it. */
export interface Explanation {
  rootCause: Claim | null;
  claims: Claim[];
  /** 0 to 1. */
  confidence: number;
  nextLook: Claim[];
  /** Claims that named no existing evidence: left out. */
  droppedClaims: number;
  evidence: Evidence[];
  metadata: AnalysisMetadata;
}

/** What is known of one issue, in the terms that explanations use. */
export interface IssueFacts {
  issueId: string;
  title: string;
  errorType: string | null;
  service: string;
  endpoint: string | null;
  /** Epoch ms. */
  firstSeen: number;
  lastSeen: number;
  incidents: number;
  /** Frames of the application, where it crashed first. */
  frames: readonly { file: string; line: number | null; function: string | null; code: string | null }[];
  /** Most likely first. */
  suspects: readonly {
    hash: string;
    author: string;
    subject: string;
    /** Epoch ms. */
    committedAt: number;
    confidence: 'high' | 'medium' | 'low';
    reasons: readonly string[];
    diff: string | null;
  }[];
  /** Newest first. */
  latestIncidents: readonly { id: string; at: number; revision: string | null; endpoint: string | null }[];
  /** In which it was first seen; null: events named none. */
  firstRevision: { name: string; firstSeen: number } | null;
  /** The deployment that brought that revision, where Guardian made it. */
  deployment: { id: string; buildId: number; revision: string; at: number } | null;
}

/** Throws `not_found`. */
export type IssueFactsReader = (issueId: string) => Promise<IssueFacts>;

export interface KeptExplanation {
  explanation: Explanation;
  /** Of the facts, the providers and the words that asked. */
  evidenceHash: string;
  /** A stand-in for failures is good until then; null: until the evidence changes. */
  validUntil: number | null;
}

export interface ExplanationStore {
  find(issueId: string, language: string): Promise<KeptExplanation | null>;
  keep(made: KeptExplanation & { issueId: string; language: string; at: number }): Promise<void>;
}

export type ExplanationOutcome =
  | { status: 'completed'; explanation: Explanation }
  | { status: 'failed'; attempts: Attempt[]; error: string; retryAfterMs: number };
