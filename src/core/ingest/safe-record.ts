import type { IngestOptions } from './options.ts';
import type { ClientRecord } from './ports.ts';

/**
 * Nothing is stored unredacted. Of an attachment only text can be read for secrets; of others (screenshots, memory dumps) it is kept what they were,
 * not what they held.
 */
export function safeRecord({ redactor }: IngestOptions, record: ClientRecord, projectId: number) {
  if (record.kind !== 'attachment') {
    return { ...record, projectId, payload: redactor.value(record.payload) as Record<string, unknown> };
  }
  const { content, ...described } = record.payload;
  const payload = redactor.value(described) as Record<string, unknown>;
  if (typeof content === 'string' && isTextType(payload.contentType)) {
    payload.text = String(redactor.value(textOf(content))).slice(0, ATTACHED_TEXT);
  }
  return { ...record, projectId, payload };
}

function isTextType(contentType: unknown): boolean {
  return typeof contentType === 'string' && /^(?:text\/|application\/(?:json|xml|x-ndjson|yaml))/i.test(contentType);
}

/** Characters kept of an attached text. */
const ATTACHED_TEXT = 262_144;

/** Read beyond them before the cut, so that no secret is cut in two and passes unseen. */
const ATTACHED_MARGIN = 8_192;

function textOf(base64: string): string {
  const bytes = ATTACHED_TEXT + ATTACHED_MARGIN;
  return Buffer.from(base64.slice(0, Math.ceil(bytes / 3) * 4), 'base64').toString('utf8');
}
