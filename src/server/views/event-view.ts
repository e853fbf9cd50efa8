import type { EventDetail, EventSummary } from '../../contracts/api/events.ts';
import type { ExceptionView, FrameView } from '../../contracts/api/issues.ts';
import type { Exception, Frame, StoredEvent } from '../../core/events/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import { severityClassOf } from './severity.ts';

const SUMMARY_CHARACTERS = 500;

export function eventSummaryView({ seq, issueId, event }: StoredEvent, project: string): EventSummary {
  return {
    id: String(seq),
    // Where it stands among the others: a time nobody believes orders nothing.
    at: toInstant(event.timeSuspect ? event.observedTime : event.time),
    severity: severityClassOf(event.severityNumber),
    project,
    service: event.service ?? project,
    environment: event.environment,
    revision: event.revision,
    instance: event.instance,
    traceId: event.traceId,
    body: event.body.slice(0, SUMMARY_CHARACTERS),
    issueId,
  };
}

export function eventDetailView(stored: StoredEvent, project: string): EventDetail {
  const { event } = stored;
  const { kind, name, position } = event.source;
  return {
    ...eventSummaryView(stored, project),
    body: event.body,
    sourceId: event.id,
    observedAt: toInstant(event.observedTime),
    isTimeSuspect: event.timeSuspect,
    severityText: event.severityText,
    logger: event.logger,
    spanId: event.spanId,
    exceptions: event.exceptions.map(exceptionView),
    stackText: event.stackText,
    request: event.request === null ? null : { ...event.request },
    user: event.user,
    breadcrumbs: event.breadcrumbs.map(({ time, category, level, message }) => ({
      at: time === null ? null : toInstant(time),
      category,
      level,
      message,
    })),
    attributes: event.attributes,
    payload: event.payload,
    source: { kind, name, position },
    trust: event.trust,
    isCut: event.truncated,
  };
}

function exceptionView(exception: Exception): ExceptionView {
  const { type, message, relation, language, handled, truncated, frames } = exception;
  return { type, message, relation, language, isHandled: handled, isCut: truncated, frames: frames.map(frameView) };
}

function frameView(frame: Frame): FrameView {
  const { file, line, column, function: name, module, code, origin } = frame;
  return {
    file: origin?.path ?? file,
    line,
    column,
    function: name,
    module,
    isApplication: origin?.isApplication ?? false,
    rule: origin?.rule ?? 'unknown',
    code: code === null ? null : { startLine: line, lines: code.split('\n'), origin: 'client' },
  };
}
