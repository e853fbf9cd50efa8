import { z } from 'zod';
import type { StoredEvent } from '../core/events/index.ts';
import { type Messages, toInstant } from '../core/shared/index.ts';
import { classOf, instant, severityClass, textOrNull, untrusted } from './schemas.ts';
import { clip, namedBlock, paragraphs } from './untrusted-text.ts';

const EVENT_ID = /^\d{1,16}$/;

/** What every event says of itself, whatever is shown of it beside. */
export const eventFields = z.strictObject({
  id: z.string(),
  at: instant,
  severity: severityClass,
  project: z.string(),
  issueId: textOrNull,
  untrusted: untrusted({
    service: textOrNull,
    environment: textOrNull,
    revision: textOrNull,
    instance: textOrNull,
    traceId: textOrNull,
    message: z.string(),
  }),
});
export type EventFields = z.infer<typeof eventFields>;

export function eventFieldsOf(
  { seq, projectId, issueId, event }: StoredEvent,
  { slugOf, messageCharacters }: { slugOf: (projectId: number) => string; messageCharacters: number },
): EventFields {
  return {
    id: String(seq),
    at: toInstant(event.time),
    severity: classOf(event.severityNumber),
    project: slugOf(projectId),
    issueId,
    untrusted: {
      service: clip(event.service, 200),
      environment: clip(event.environment, 100),
      revision: clip(event.revision, 200),
      instance: clip(event.instance, 200),
      traceId: clip(event.traceId, 100),
      message: clip(event.body, messageCharacters),
    },
  };
}

export function eventText(event: EventFields, messages: Messages): string {
  const { service, revision, traceId, message } = event.untrusted;
  const issue = event.issueId === null ? '' : `, issue ${event.issueId}`;
  return paragraphs(
    `Event ${event.id}: ${event.at}, ${event.severity}${issue}`,
    namedBlock({ source: 'event', id: event.id }, { message, service, revision, trace: traceId }, messages),
  );
}

/** An event's number in the store; null for what is none. */
export function eventSeq(id: string): number | null {
  const seq = EVENT_ID.test(id) ? Number(id) : Number.NaN;
  return Number.isSafeInteger(seq) ? seq : null;
}
