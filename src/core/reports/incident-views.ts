import type { IncidentView, Report } from '../../contracts/report.ts';
import { type Event, SEVERITY } from '../events/index.ts';
import {
  endpointOf,
  type Incident,
  type Issue,
  observedRequest,
  rootCauseOf,
  type Understanding,
} from '../issues/index.ts';
import { requestEvent } from './incident-request.ts';
import { lastNamePart } from './last-name-part.ts';
import type { Places } from './places.ts';
import { plainRecord, reportInstant, wholeNumber } from './plain-values.ts';

/** What is needed to show an event as an incident: to whom it belongs, and where it failed. */
export interface ViewContext {
  /** By event id: the incident and issue an event belongs to, as far as incidents were kept whole. */
  membership: ReadonlyMap<string, Membership>;
  places: Places;
}

export interface Membership {
  incident: Incident;
  issue: Issue;
}

/** The incident and issue of each kept event; an event of several incidents belongs to the first, worst one. */
export function membershipOf(issues: readonly Issue[]): Map<string, Membership> {
  const membership = new Map<string, Membership>();
  for (const issue of issues) {
    for (const incident of issue.incidents) {
      const events = [incident.representative, ...incident.members.map((member) => member.event)];
      if (incident.signal) events.push(incident.signal.event);
      for (const event of events) {
        if (!membership.has(event.id)) membership.set(event.id, { incident, issue });
      }
    }
  }
  return membership;
}

/** The thirteen fields of an incident, and the four that tie it to the rest. */
export function incidentView({ incident, issue }: Membership, context: ViewContext): IncidentView {
  const event = incident.representative;
  return {
    ...thirteenFields({ event, request: requestEvent(incident), errorType: issue.errorType }, context),
    incident_id: incident.id,
    issue_id: issueIdOf(issue),
    revision: event.revision ?? firstRevision(incident),
    entries: wholeNumber(incident.entries) ?? 0,
  };
}

/** Empty for a warning: it belongs to no issue that is open. */
function issueIdOf({ id, kind }: Issue): string {
  return kind === 'error' ? id : '';
}

/** The same for an event that may belong to no incident: its ids are then empty. */
function eventView(event: Event, context: ViewContext): IncidentView {
  const member = context.membership.get(event.id);
  return {
    ...thirteenFields({ event, request: event, errorType: member?.issue.errorType ?? null }, context),
    incident_id: member?.incident.id ?? '',
    issue_id: member ? issueIdOf(member.issue) : '',
    revision: event.revision,
    entries: wholeNumber(member?.incident.entries ?? event.entries) ?? 0,
  };
}

/** The worst incidents of a kind: signals first, then by severity; among equals every issue is seen before one is seen twice. */
export function worstIncidents(issues: readonly Issue[], kind: Incident['kind'], limit: number): Membership[] {
  return issues
    .filter((issue) => issue.kind === kind)
    .flatMap((issue, issueRank) =>
      issue.incidents.map((incident, incidentRank) => ({ incident, issue, issueRank, incidentRank })),
    )
    .sort(
      (a, b) =>
        Number(b.incident.signal !== null) - Number(a.incident.signal !== null) ||
        weight(b.incident) - weight(a.incident) ||
        a.incidentRank - b.incidentRank ||
        a.issueRank - b.issueRank,
    )
    .slice(0, limit)
    .map(({ incident, issue }) => ({ incident, issue }));
}

export function signalViews(
  signals: Understanding['signals'],
  limit: number,
  context: ViewContext,
): Report['critical_signals'] {
  return signals.slice(0, limit).map((signal) => ({
    type: signal.type,
    time: reportInstant(signal.event.time),
    msg: signal.event.body,
    full_context: eventView(signal.event, context),
    affected_requests: wholeNumber(signal.affectedRequests) ?? 0,
  }));
}

export function latencyViews(
  latency: Understanding['latency'],
  limit: number,
  context: ViewContext,
): Report['latency_issues'] {
  return latency.slice(0, limit).map(({ event, durationMs }) => ({
    time: reportInstant(event.time),
    msg: event.body,
    full_context: eventView(event, context),
    duration_ms: wholeNumber(Math.round(durationMs)) ?? 0,
  }));
}

/** The name the source gave the severity, else the one of its number (a logger's own numbers tell nobody anything); `DEFAULT` when there was neither. */
export function severityName(event: Event): string {
  if (event.severityText && !/^\d+$/.test(event.severityText)) return event.severityText;
  const number = event.severityNumber;
  if (number >= SEVERITY.fatal) return 'FATAL';
  if (number >= SEVERITY.critical) return 'CRITICAL';
  if (number >= SEVERITY.error) return 'ERROR';
  if (number >= SEVERITY.warn) return 'WARNING';
  if (number >= SEVERITY.info) return 'INFO';
  return number >= SEVERITY.trace ? 'DEBUG' : 'DEFAULT';
}

/** Where the event came from, as a person can find it again: `file app.log:1742`. */
export function sourceName({ source }: Event): string {
  return source.position === '' ? `${source.kind} ${source.name}` : `${source.kind} ${source.name}:${source.position}`;
}

interface Subject {
  event: Event;
  /** The event that tells of the request. */
  request: Event;
  /** The issue's, where the event itself names none. */
  errorType: string | null;
}

type ThirteenFields = Omit<IncidentView, 'incident_id' | 'issue_id' | 'revision' | 'entries'>;

function thirteenFields({ event, request, errorType }: Subject, { places }: ViewContext): ThirteenFields {
  const place = places.ofEvent(event);
  const observed = observedRequest(request);
  return {
    timestamp: reportInstant(event.time),
    severity: severityName(event),
    message: event.body,
    stack_trace: event.stackText,
    endpoint: endpointOf(request),
    http_method: observed?.method ?? null,
    status_code: wholeNumber(observed?.status),
    user_agent: observed?.userAgent ?? null,
    request_id: observed?.id ?? null,
    error_type: errorTypeOf(event) ?? errorType,
    file_path: place?.file ?? null,
    line_number: place?.line ?? null,
    full_payload: plainRecord(event.payload),
  };
}

/** The root cause's type without its package, as `by_error_type` counts it. */
function errorTypeOf({ exceptions }: Event): string | null {
  const type = rootCauseOf(exceptions)?.type ?? null;
  return type === null ? null : lastNamePart(type);
}

/** A trace without severity is an error all the same. */
function weight({ kind, representative }: Incident): number {
  return Math.max(representative.severityNumber, kind === 'error' ? SEVERITY.error : SEVERITY.warn);
}

function firstRevision(incident: Incident): string | null {
  return incident.members.find(({ event }) => event.revision !== null)?.event.revision ?? null;
}
