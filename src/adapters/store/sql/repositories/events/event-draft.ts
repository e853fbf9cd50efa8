import type { Event } from '../../../../../core/events/index.ts';
import type { IngestedEvent, PackedEvent } from '../../../../../core/ingest/index.ts';
import {
  CLASSES_OF_STANDING,
  fieldsOfEvent,
  severityClassOf,
  standingToken,
  wordsOfEvent,
} from '../../../../search/event-tokens.ts';
import type { EventRow } from '../../dialects/dialect.ts';
import { packJson } from '../../packed-json.ts';
import { dedupeKey, detailOf, positionMs, SEQS_PER_MS, toEvent, wholeMs } from './event-row.ts';

/** Events without a service come from tests of others and from broken clients; they are kept under this name. */
const NO_SERVICE = 'unknown';

type Unplaced = Omit<EventRow, 'event'> & { event: Omit<EventRow['event'], 'seq'> };

/** A row that has no place among the others yet. */
export class EventDraft implements PackedEvent {
  /** The millisecond it wants to stand at. */
  readonly position: number;
  readonly #row: Unplaced;

  private constructor(position: number, row: Unplaced) {
    this.position = position;
    this.#row = row;
  }

  /** The one that was made of it before, or made now. */
  static of(ingested: IngestedEvent): EventDraft {
    const { packed } = ingested;
    if (packed instanceof EventDraft) return packed;
    return EventDraft.#make(packed ? { ...ingested, event: packed.unpack() } : ingested);
  }

  static #make(ingested: IngestedEvent): EventDraft {
    const { projectId, event } = ingested;
    const position = positionMs(event);
    return new EventDraft(position, {
      event: {
        dedupe: dedupeKey(ingested),
        project_id: projectId,
        id: event.id,
        observed_at: wholeMs(event.observedTime, position),
        severity: event.severityNumber,
        service: event.service ?? NO_SERVICE,
        environment: event.environment,
        revision: event.revision,
        instance: event.instance,
        trace_id: event.traceId,
        body: event.body,
        detail: packJson(detailOf(event, position)),
        issue_id: null,
      },
      words: wordsOfEvent(event),
      fields: fieldsOf(ingested),
    });
  }

  unpack(): Event {
    return toEvent(this.#row.event, this.position);
  }

  rowAt(seq: number): EventRow {
    const { event, words, fields } = this.#row;
    const placed = Math.floor(seq / SEQS_PER_MS);
    // It had to go to another millisecond: then its own time must be said.
    const detail = placed === this.position ? event.detail : packJson(detailOf(this.unpack(), placed));
    return { event: { ...event, seq, detail }, words, fields };
  }
}

/** With its standing, where its severity does not say it. */
export function fieldsOf({
  projectId,
  event,
  standing,
}: Pick<IngestedEvent, 'projectId' | 'event' | 'standing'>): string[] {
  const fields = fieldsOfEvent(projectId, event);
  if (!standing || CLASSES_OF_STANDING[standing].includes(severityClassOf(event.severityNumber))) return fields;
  fields.push(standingToken(standing));
  return fields;
}

/** With its large parts in its draft alone: decoded, they are many times the bytes they came in, and would live until the batch is stored. */
export function packEvent(ingested: IngestedEvent): IngestedEvent {
  const packed = EventDraft.of(ingested);
  const { event } = ingested;
  const isSmall = event.payload === null && event.exceptions.length === 0 && event.breadcrumbs.length === 0;
  if (isSmall && event.stackText === null) return { ...ingested, packed };
  const rest = { ...event, exceptions: [], stackText: null, breadcrumbs: [], payload: null };
  return { ...ingested, event: rest, packed };
}
