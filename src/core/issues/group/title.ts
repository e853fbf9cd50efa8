import { chainOf, failingFrame, type OriginOf, rootCauseOf } from '../application-frame.ts';
import { endpointOf } from '../endpoint.ts';
import { firstLine, lastNamePart } from '../fingerprint/v1.ts';
import type { Candidate } from '../fold/candidate.ts';
import type { FoldedIncident } from '../fold/fold.ts';
import { isBareRequest } from '../fold/representative.ts';

const LONGEST_TITLE = 120;

/** One line that names the failure: type and message, the platform's word, or status and endpoint. At most 120 characters. */
export function titleOf(
  { representative, signal }: Pick<FoldedIncident, 'representative' | 'signal'>,
  originOf: OriginOf,
): string {
  return shorten(fullTitle(representative, signal, originOf));
}

function fullTitle(representative: Candidate, signal: Candidate | null, originOf: OriginOf): string {
  const { event, request } = representative;
  const memory = signal?.signal?.memory ?? null;
  if (memory !== null) return `Out of memory: limit ${memory.limitMib} MiB, used ${memory.usedMib} MiB`;
  const root = rootCauseOf(event.exceptions);
  if (root !== null) {
    const message = firstLine(root.message ?? '');
    const type = lastNamePart(root.type);
    if (type !== null) return message === '' ? type : `${type}: ${message}`;
    if (message !== '') return message;
    return cutTraceTitle(representative, originOf);
  }
  if (representative.signal === null && isBareRequest(representative))
    return `HTTP ${request?.status} on ${endpointOf(event) ?? '?'}`;
  return firstLine(event.body);
}

/** The log cut the trace before its type. */
function cutTraceTitle({ event }: Candidate, originOf: OriginOf): string {
  const failing = failingFrame(event, originOf);
  const frame = failing?.frame ?? chainOf(event.exceptions)[0]?.frames[0];
  if (!frame) return firstLine(event.body);
  const file = failing?.path ?? frame.file ?? '';
  return `Trace cut by the log, in ${frame.function ?? '?'} (${file}${frame.line === null ? '' : `:${frame.line}`})`;
}

function shorten(title: string): string {
  const plain = title.replace(/\s+/g, ' ').trim();
  if (plain.length <= LONGEST_TITLE) return plain;
  const cut = plain.slice(0, LONGEST_TITLE - 1);
  // Half of a surrogate pair is no character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** The exception's type (root cause), `OutOfMemory` for the platform's word on it, `HTTP 500` for a bare request; else null. */
export function errorTypeOf({
  representative,
  signal,
}: Pick<FoldedIncident, 'representative' | 'signal'>): string | null {
  const { event, request } = representative;
  const type = lastNamePart(rootCauseOf(event.exceptions)?.type ?? null);
  if (type !== null) return type;
  if (signal?.signal?.type === 'OOM') return 'OutOfMemory';
  return representative.signal === null && isBareRequest(representative) ? `HTTP ${request?.status}` : null;
}
