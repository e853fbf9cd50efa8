import type { Event, StoredEvent } from '../../../core/events/index.ts';
import { SEQS_PER_MS } from '../../store/sql/repositories/events/event-row.ts';
import { fieldsOfEvent, SEVERITY_NAMES, severityClassOf, wordsOfEvent } from '../event-tokens.ts';

/**
 * An event in the cluster. `words` and `tokens` are those that SQL’s full text has, cut by the same code: a search means the same on both. The event
 * itself is one text, given back as it was, whatever its names and values are; the ECS names are for those who look at the index with other tools.
 */
export interface EventDocument {
  '@timestamp': number;
  seq: number;
  project: number;
  issue: string | null;
  severity: number;
  class: number;
  words: string;
  tokens: string[];
  event: string;
  'log.level': string;
  'service.name': string;
  'trace.id'?: string;
}

export function toDocument({ seq, projectId, issueId, event }: StoredEvent): EventDocument {
  const severityClass = severityClassOf(event.severityNumber);
  return {
    // Where it stands, which its own time may contradict.
    '@timestamp': Math.floor(seq / SEQS_PER_MS),
    seq,
    project: projectId,
    issue: issueId,
    severity: event.severityNumber,
    class: severityClass,
    words: wordsOfEvent(event).join(' '),
    tokens: fieldsOfEvent(projectId, event),
    event: JSON.stringify(event),
    'log.level': SEVERITY_NAMES[severityClass]!,
    'service.name': event.service ?? '',
    ...(event.traceId === null ? {} : { 'trace.id': event.traceId }),
  };
}

/** What a search asks to be given back. */
export const SOURCE_FIELDS = ['seq', 'project', 'issue', 'event'] as const;

export function fromSource(source: Pick<EventDocument, (typeof SOURCE_FIELDS)[number]>): StoredEvent {
  const { seq, project, issue, event } = source;
  return { seq, projectId: project, issueId: issue, event: JSON.parse(event) as Event };
}
