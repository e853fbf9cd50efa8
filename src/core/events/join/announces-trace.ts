import { type Event, SEVERITY } from '../event.ts';

const WORDS =
  /\b(?:exception|error|errors|failed|failure|fatal|panic|panicked|traceback|unhandled|uncaught|crash(?:ed)?|critical|severe|stack ?trace|échec|erreur)\b/i;
const LOOKED_AT = 400;

/**
 * Whether a record may be the message of the trace that follows it, as `logger.exception("import failed")` prints them: a warning or worse, or a
 * record that speaks of a failure or ends with a colon. Requests and records with a stack of their own are none.
 */
export function announcesTrace(event: Event): boolean {
  if (event.request !== null || event.stackText !== null || event.exceptions.length > 0) return false;
  if (event.severityNumber >= SEVERITY.warn) return true;
  const { body } = event;
  if (body.charCodeAt(body.length - 1) === 58) return true;
  return WORDS.test(body.length > LOOKED_AT ? body.slice(0, LOOKED_AT) : body);
}
