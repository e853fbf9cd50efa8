import type { LineFormat, ParseLineOptions } from './parsed-line.ts';
import { type ToUtc, toUtcFrom } from './zone.ts';

/** The options of a line, made ready once. */
export interface LineContext {
  format: LineFormat | null;
  toUtc: ToUtc;
  referenceTime: number;
}

/** Throws RangeError when `timeZone` names no zone. */
export function lineContext({
  format = null,
  timeZone = 'UTC',
  referenceTime = Date.now(),
}: ParseLineOptions): LineContext {
  return { format, toUtc: toUtcFrom(timeZone), referenceTime };
}
