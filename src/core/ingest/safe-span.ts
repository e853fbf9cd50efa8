import type { Span } from '../events/index.ts';
import type { IngestOptions } from './options.ts';

const NAME = 512;
const SERVICE = 200;
const ATTRIBUTES = 64;
const VALUE = 1_024;

/** Redacted and bounded; attributes that are no text, number or flag are kept as JSON. */
export function safeSpan({ redactor }: Pick<IngestOptions, 'redactor'>, span: Span): Span {
  const attributes: Record<string, unknown> = {};
  const redacted = redactor.value(span.attributes) as Record<string, unknown>;
  for (const [name, value] of Object.entries(redacted).slice(0, ATTRIBUTES)) {
    const isPlain = typeof value === 'number' || typeof value === 'boolean';
    attributes[cleanText(name, SERVICE)] = isPlain ? value : cleanText(textOf(value), VALUE);
  }
  return {
    ...span,
    name: cleanText(String(redactor.value(span.name)), NAME) || 'span',
    service: cleanText(span.service, SERVICE),
    attributes,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Databases refuse NUL. */
function cleanText(text: string, length: number): string {
  return text.slice(0, length).replaceAll('\0', '');
}
