import type { IssueEvidenceView } from '../contracts/api/issues.ts';
import type { ExtractedAnalysis } from '../core/analysis/index.ts';
import type { FixMaterial } from '../core/fixes/index.ts';
import type { HandOff, Report, StoredReport } from '../core/reports/index.ts';
import type { PeopleLanguage } from '../core/shared/index.ts';

/** What the work thread does when asked: all that takes longer than a request may hold the thread that serves. */
export interface WorkMethods {
  makeReport(request: ReportRequest): Promise<MadeReport>;
  /** Throws `not_found`. */
  evidenceOf(issueId: string, language: PeopleLanguage): Promise<IssueEvidenceView>;
  /** The night's comparison of the issues of every service; gives how many pairs look alike. */
  compareIssues(): Promise<number>;
  /** Throws `not_found`. */
  handOffOf(issueId: string, language: PeopleLanguage): Promise<HandOff>;
  /** What a fix of it is made of; the document within so many tokens. Throws `not_found`. */
  fixMaterialOf(issueId: string, language: PeopleLanguage, tokens: number): Promise<FixMaterial>;
  /** The built-in analysis of a long conversation. */
  extract(conversation: LongConversation): Promise<ExtractedAnalysis>;
}

export interface LongConversation {
  messages: readonly { role: string; text: string; author?: string }[];
  language?: 'en' | 'fr' | 'other';
}

export interface ReportRequest {
  projectId: number | null;
  service: string | null;
  freshness: string;
  occasion: StoredReport['occasion'];
  /** Of the schedule that asks; null otherwise. */
  intervalMs: number | null;
}

export interface MadeReport {
  stored: StoredReport;
  content: Report | null;
}
