import type { Event } from '../event.ts';

/** Records of another kind than the lines of a trace. */
export function isForeign(event: Event): boolean {
  return (
    event.request !== null ||
    event.stackText !== null ||
    event.exceptions.length > 0 ||
    event.body.charCodeAt(0) === 123
  );
}

export function linesOf(body: string): readonly string[] {
  return body.includes('\n') ? body.split('\n') : [body];
}

const THREAD_ATTRIBUTES = ['thread.name', 'thread.id', 'thread', 'threadName', 'thread_name'];

export function threadOf({ attributes }: Event): string | null {
  for (const name of THREAD_ATTRIBUTES) {
    const thread = attributes[name];
    if (typeof thread === 'string' || typeof thread === 'number') return String(thread);
  }
  return null;
}
