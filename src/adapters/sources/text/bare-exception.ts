import type { Exception } from '../../../core/events/index.ts';

/** The raised exception of which no more than type and message is known. */
export function bareException(type: string | null, message: string | null): Exception {
  return {
    type,
    message,
    module: null,
    frames: [],
    language: null,
    relation: 'raised',
    parent: null,
    handled: null,
    truncated: false,
  };
}

/** `type: message`, as runtimes print it; null when neither says anything. */
export function exceptionHeading(type: string | null, message: string | null): string | null {
  const text = [type, message].filter((part) => part !== null).join(': ');
  return text === '' ? null : text;
}
