import type { EvidenceView } from '../../contracts/report.ts';
import type { Event, Exception } from '../events/index.ts';
import type { Culprit, RepositoryEvidence } from '../evidence/index.ts';
import { type Issue, observedRequest } from '../issues/index.ts';
import { requestEvent } from './incident-request.ts';
import { severityName, sourceName } from './incident-views.ts';
import type { ReportKnobs } from './knobs.ts';
import type { Places } from './places.ts';
import { excerpt, reportInstant, wholeNumber } from './plain-values.ts';
import { issueSnippets } from './snippets.ts';
import { surroundings } from './surroundings.ts';

export interface EvidenceViewInput {
  issue: Issue;
  representative: Event | null;
  evidence: RepositoryEvidence;
  places: Places;
  context: readonly Event[];
  knobs: Pick<ReportKnobs, 'logTail' | 'excerptCharacters' | 'listedFrames'>;
}

/** What explains an issue. An issue the evidence was not gathered for shows its own trace, and the reason of the whole. */
export function evidenceView({
  issue,
  representative,
  evidence,
  places,
  context,
  knobs,
}: EvidenceViewInput): EvidenceView {
  const gathered = evidence.byIssue.get(issue.id);
  const exceptions = gathered?.exceptions ?? representative?.exceptions ?? [];
  return {
    truth: gathered && gathered.snippets.length > 0 ? gathered.truth : 'unavailable',
    commit: gathered?.commit ?? null,
    reason: gathered?.reason ?? evidence.reason,
    exceptions: exceptions.map((exception, index) =>
      exceptionView(exception, {
        culprits: (gathered?.culprits ?? []).filter((culprit) => culprit.exception === index),
        originOf: places.originOf,
        listedFrames: knobs.listedFrames,
      }),
    ),
    stack_trace: representative?.stackText ?? null,
    truncated: (representative?.truncated ?? false) || exceptions.some((exception) => exception.truncated),
    code_snippets: issueSnippets(issue, gathered),
    request: issue.incidents[0] ? requestView(requestEvent(issue.incidents[0])) : null,
    breadcrumbs: (representative?.breadcrumbs ?? []).map((crumb) => ({
      time: crumb.time === null ? null : reportInstant(crumb.time),
      category: crumb.category,
      message: crumb.message,
    })),
    log_tail: representative ? logTail(representative, context, knobs) : [],
    source: representative ? sourceName(representative) : '',
    test_command: gathered?.testCommand ?? null,
    first_seen_revision: gathered?.firstSeenRevision ?? null,
    last_revision_without: gathered?.lastRevisionWithout ?? null,
  };
}

type ExceptionView = EvidenceView['exceptions'][number];

function exceptionView(
  exception: Exception,
  { culprits, originOf, listedFrames }: { culprits: Culprit[]; originOf: Places['originOf']; listedFrames: number },
): ExceptionView {
  return {
    type: exception.type,
    message: exception.message,
    relation: exception.relation,
    frames: exception.frames.slice(0, listedFrames).map((frame) => {
      const culprit = culprits.find((candidate) => isSameFrame(candidate.frame, frame));
      const origin = originOf(frame, exception.language);
      return {
        file: culprit?.path ?? origin.path ?? frame.file,
        line: wholeNumber(frame.line),
        function: frame.function,
        module: frame.module,
        code: frame.code,
        is_application: origin.isApplication,
        rule: origin.rule,
        culprit_rank: culprit && Number.isSafeInteger(culprit.rank) && culprit.rank > 0 ? culprit.rank : null,
      };
    }),
    truncated: exception.truncated,
  };
}

function isSameFrame(one: Exception['frames'][number], other: Exception['frames'][number]): boolean {
  return one === other || (one.file === other.file && one.line === other.line && one.function === other.function);
}

function requestView(event: Event): EvidenceView['request'] {
  const request = observedRequest(event);
  if (request === null) return null;
  return {
    method: request.method,
    path: request.path,
    status: wholeNumber(request.status),
    duration_ms: request.durationMs !== null && Number.isFinite(request.durationMs) ? request.durationMs : null,
    request_id: request.id,
    user_agent: request.userAgent,
  };
}

function logTail(event: Event, context: readonly Event[], knobs: EvidenceViewInput['knobs']): EvidenceView['log_tail'] {
  return surroundings(event, context, knobs.logTail).map((entry) => ({
    timestamp: reportInstant(entry.time),
    severity: severityName(entry),
    message: excerpt(entry.body, knobs.excerptCharacters),
    source: sourceName(entry),
  }));
}
