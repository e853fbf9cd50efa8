import type { IngestOptions } from './options.ts';
import type { ClientRecord } from './ports.ts';

/**
 * Nothing is stored unredacted. Of an attachment only text can be read for secrets; of others (screenshots, memory dumps) it is kept what they were,
 * not what they held.
 */
export function safeRecord({ redactor }: IngestOptions, record: ClientRecord, projectId: number) {
  if (record.kind === 'usage') return { ...record, projectId, payload: safeUsage(redactor, record.payload) };
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

/** Texts of a usage record that an application might have filled wrongly. Who it was is what such a record is for. */
const USAGE_TEXTS = ['endpoint', 'feature', 'group', 'message', 'stack'];

function safeUsage(redactor: IngestOptions['redactor'], payload: Record<string, unknown>): Record<string, unknown> {
  const safe = { ...payload };
  for (const name of USAGE_TEXTS) if (typeof safe[name] === 'string') safe[name] = redactor.value(safe[name]);
  if (typeof safe.error === 'object' && safe.error !== null)
    safe.error = safeUsage(redactor, safe.error as Record<string, unknown>);
  return safe;
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
