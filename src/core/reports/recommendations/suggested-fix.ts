import type { IssueView } from '../../../contracts/report.ts';
import { type Advice, rawIssue } from './advice.ts';
import { placeOf, safeEndpoint } from './facts.ts';
import type { FixName } from './fix-catalogue.ts';
import { matchFix } from './match-fix.ts';

/** The catalogue's text for the issue's error, with its place and endpoint in front; null when the catalogue knows none. */
export function suggestedFix(advice: Advice, issue: IssueView): string | null {
  const representative = rawIssue(advice, issue)?.incidents[0]?.representative;
  const fix = (representative ? matchFix(representative.exceptions) : null) ?? platformFix(issue.error_type);
  if (fix === null) return null;
  const { at, fixes } = advice.messages.suggestedFixes;
  return at(placeOf(issue.location), safeEndpoint(issue.endpoints[0] ?? null)) + fixes[fix];
}

/** Deaths the platform reports come without an exception. */
function platformFix(errorType: string | null): FixName | null {
  return errorType === 'OutOfMemory' ? 'outOfMemory' : null;
}
