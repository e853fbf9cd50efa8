import { type Exception, parseStack } from '../../../core/events/index.ts';
import { bareException, exceptionHeading } from '../text/bare-exception.ts';
import type { Attributes } from './items.ts';

/** What the attributes `exception.*` of a log record or of a span event say. */
export interface ToldException {
  type: string | null;
  message: string | null;
  stackText: string | null;
  /** Filled where the stack's text alone would lose the type; else the pipeline reads the text. */
  exceptions: Exception[];
}

/** Null when neither type, message nor stack is there. */
export function exceptionOfAttributes(attributes: Attributes): ToldException | null {
  if (!attributes.tellsException) return null;
  const type = ownText(attributes.values['exception.type'])?.slice(0, 1_024) ?? null;
  const message = ownText(attributes.values['exception.message']);
  const stackText = ownText(attributes.stacktrace);
  if (type === null && message === null && stackText === null) return null;
  return { type, message, stackText, exceptions: exceptionsOf(type, message, stackText) };
}

function ownText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/**
 * Most SDKs write the stack as their runtime prints it, with type and message; Go's writes bare goroutines, and some leave the head or every frame
 * out. What such a text lacks is taken from the attributes.
 */
function exceptionsOf(type: string | null, message: string | null, stackText: string | null): Exception[] {
  if (stackText !== null && (type === null || namesType(stackText, type))) return [];
  if (type === null && message === null) return [];
  const parsed = stackText === null ? [] : parsedOf(stackText);
  const [raised, ...others] = parsed;
  if (raised === undefined) return [bareException(type, message)];
  return [{ ...raised, type: type ?? raised.type, message: message ?? raised.message }, ...others];
}

/** Within its first lines: a parser will find it there. */
function namesType(stackText: string, type: string): boolean {
  return stackText.trimEnd().includes('\n') && stackText.includes(type.slice(type.lastIndexOf('.') + 1));
}

function parsedOf(stackText: string): Exception[] {
  try {
    return parseStack(stackText)?.exceptions ?? [];
  } catch {
    return [];
  }
}

/** `type: message`, else the first line of the stack. */
export function exceptionHead({ type, message, stackText }: ToldException): string {
  return exceptionHeading(type, message) ?? (stackText ?? '').trim().split('\n', 1)[0]!;
}
