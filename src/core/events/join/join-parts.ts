import type { Event } from '../event.ts';

/** Positions that are listed one by one; of more, the first ones and the last. */
const POSITIONS = 32;

/** One event of its parts, in time order: the first part gives what is not told otherwise, the worst one the severity. */
export function joinParts(
  parts: readonly Event[],
  { lines, truncated }: { lines: string[]; truncated: boolean },
): Event {
  const first = parts[0]!;
  const worst = parts.reduce((highest, part) => (part.severityNumber > highest.severityNumber ? part : highest));
  return {
    ...first,
    severityNumber: worst.severityNumber,
    severityText: worst.severityText ?? first.severityText,
    body: lines.join('\n'),
    logger: firstKnown(parts, 'logger'),
    traceId: firstKnown(parts, 'traceId'),
    spanId: firstKnown(parts, 'spanId'),
    user: firstKnown(parts, 'user'),
    request: firstKnown(parts, 'request'),
    source: { ...first.source, position: positionsOf(parts) },
    truncated: truncated || parts.some((part) => part.truncated),
    entries: parts.reduce((sum, part) => sum + part.entries, 0),
  };
}

function firstKnown<Field extends 'logger' | 'traceId' | 'spanId' | 'user' | 'request'>(
  parts: readonly Event[],
  field: Field,
): Event[Field] {
  return parts.find((part) => part[field] !== null)?.[field] ?? parts[0]![field];
}

function positionsOf(parts: readonly Event[]): string {
  const positions = parts.map((part) => part.source.position);
  if (positions.length <= POSITIONS) return positions.join(',');
  return [...positions.slice(0, POSITIONS - 1), '…', positions[positions.length - 1]].join(',');
}
