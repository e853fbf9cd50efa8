import type { Tool } from '../tool.ts';
import { addNote } from './add-note.ts';
import { getEvent } from './get-event.ts';
import { getFix } from './get-fix.ts';
import { getIssue } from './get-issue.ts';
import { getOverview } from './get-overview.ts';
import { getReport } from './get-report.ts';
import { handOffIssue } from './hand-off-issue.ts';
import { listFixes } from './list-fixes.ts';
import { listIssues } from './list-issues.ts';
import { listReports } from './list-reports.ts';
import { markIssue } from './mark-issue.ts';
import { replyToFix } from './reply-to-fix.ts';
import { searchEvents } from './search-events.ts';

/** Every tool, in the order agents are told of them. */
export const TOOLS: readonly Tool[] = [
  getOverview,
  listIssues,
  getIssue,
  searchEvents,
  getEvent,
  listReports,
  getReport,
  markIssue,
  addNote,
  handOffIssue,
  listFixes,
  getFix,
  replyToFix,
];
