import type { Exception } from '../../../core/events/index.ts';
import { bareException, exceptionHeading } from '../text/bare-exception.ts';
import { cutText, DEFAULT_TEXT_BOUNDS } from '../text/bounds.ts';
import { readExceptionFields } from '../text/exception-fields.ts';
import { isObject } from '../text/field.ts';
import type { FaultFinding } from './native-fault.ts';
import { readText } from './native-fields.ts';

export interface NativeException {
  exceptions: Exception[];
  stackText: string | null;
  /** What stands for a message that is not given. */
  sentence: string | null;
  truncated: boolean;
}

const NONE: NativeException = { exceptions: [], stackText: null, sentence: null, truncated: false };
/** `ValueError: bad`, `java.lang.IllegalStateException`, `App::NotFound: user 7`. */
const HEADING = /^([A-Za-z_$][\w$]{0,127}(?:(?:\.|::|\\|\/)[A-Za-z_$][\w$]{0,127}){0,15})(?:: (.*))?$/s;
/** `failed: no such file` names no type. */
const TYPE_NAME = /(?:^|[.:\\/])[A-Z][\w$]*$|(?:Error|Exception)$/;
const LONGEST_HEADING = 8_192;

/** Text of a stack as the runtime printed it, one line of type and message, or an object in parts. */
export function readException(value: unknown, finding: FaultFinding): NativeException {
  if (value === undefined || value === null || value === '') return NONE;
  if (typeof value === 'string') return ofText(value);
  if (!isObject(value)) {
    finding.fault ??= { code: 'invalid_exception', message: '"exception" must be a text or an object' };
    return NONE;
  }
  const { exceptions, stackText } = readExceptionFields({ exception: value });
  if (stackText !== null) return ofStack(stackText, headingOf(value, finding));
  const first = exceptions[0];
  if (first) return { ...NONE, exceptions, sentence: exceptionHeading(first.type, first.message) };
  const message = readText(value.message ?? value.stack, 'exception.message', finding, LONGEST_HEADING);
  if (message !== null) return { ...NONE, exceptions: [bareException(null, message)], sentence: message };
  finding.fault ??= { code: 'invalid_exception', message: '"exception" needs a type, a message, a stack or frames' };
  return NONE;
}

function ofText(text: string): NativeException {
  const trimmed = text.trim();
  if (trimmed === '') return NONE;
  if (trimmed.includes('\n')) return ofStack(text, null);
  const line = trimmed.slice(0, LONGEST_HEADING);
  const parts = HEADING.exec(line);
  const type = parts?.[1] !== undefined && TYPE_NAME.test(parts[1]) ? parts[1] : null;
  const exception = type === null ? bareException(null, line) : bareException(type, parts?.[2] ?? null);
  return { ...NONE, exceptions: [exception], sentence: line, truncated: line.length < trimmed.length };
}

function ofStack(text: string, sentence: string | null): NativeException {
  const stackText = cutText(text, DEFAULT_TEXT_BOUNDS.bodyBytes);
  return { ...NONE, stackText, sentence: sentence ?? stackText, truncated: stackText.length < text.length };
}

function headingOf(value: Record<string, unknown>, finding: FaultFinding): string | null {
  const type = readText(value.type ?? value.name, 'exception.type', finding);
  return exceptionHeading(type, readText(value.message, 'exception.message', finding, LONGEST_HEADING));
}
