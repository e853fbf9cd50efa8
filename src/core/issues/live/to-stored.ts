import { hash } from 'node:crypto';
import { SEVERITY } from '../../events/index.ts';
import { shortHash } from '../../shared/index.ts';
import { failingFrame, type OriginOf } from '../application-frame.ts';
import { endpointOf } from '../endpoint.ts';
import type { Fingerprint } from '../fingerprint/v1.ts';
import { errorTypeOf, titleOf } from '../group/title.ts';
import { entriesOf } from '../group/to-incident.ts';
import type { ServiceScope, StoredIncident, StoredIssue } from '../ports.ts';
import type { LiveIncident } from './live-event.ts';

/** Fields of a row, from what folding found. Instants are whole milliseconds. */
export function toStoredIncident(
  { id, scope, folded, representative, members }: LiveIncident,
  issueId: string,
): StoredIncident {
  const { event } = representative;
  const first = members[0]!.event;
  const last = members.at(-1)!.event;
  return {
    id,
    issueId,
    projectId: scope.projectId,
    service: scope.service,
    kind: 'error',
    eventSeq: representative.seq,
    from: Math.floor(first.time),
    to: Math.floor(last.time),
    entries: entriesOf(folded),
    severity: severityOf(members),
    revision: event.revision ?? firstOf(members, (member) => member.event.revision),
    environment: event.environment ?? firstOf(members, (member) => member.event.environment),
    traceId: event.traceId ?? firstOf(members, (member) => member.event.traceId),
    endpoint: endpointOfIncident(members, representative),
    signal: folded.signal?.signal?.type ?? null,
    userHash: userHashOf(scope, members),
    members: folded.members.map(({ candidate, foldedBy }, index) => ({
      eventSeq: members[index]!.seq,
      foldedBy: candidate === representative ? 'representative' : foldedBy,
    })),
  };
}

/** What fails is an error, whatever its source calls it. */
function severityOf(members: LiveIncident['members']): number {
  return members.reduce((highest, { event }) => Math.max(highest, event.severityNumber), SEVERITY.error as number);
}

function endpointOfIncident(
  members: LiveIncident['members'],
  representative: LiveIncident['representative'],
): string | null {
  return (
    endpointOf(representative.event) ??
    firstOf(members, ({ event, request }) => (request === null ? null : endpointOf(event)))
  );
}

/** Tells users apart without keeping who they are. */
function userHashOf({ projectId }: ServiceScope, members: LiveIncident['members']): string | null {
  const user = firstOf(members, ({ event }) => event.user?.id ?? null);
  return user === null ? null : shortHash(`${projectId}\u0000${user}`);
}

function firstOf<Value>(
  members: LiveIncident['members'],
  read: (member: LiveIncident['members'][number]) => Value | null,
): Value | null {
  for (const member of members) {
    const value = read(member);
    if (value !== null) return value;
  }
  return null;
}

/** What an issue is called, from the incident it is known by. */
export function describe(
  incident: LiveIncident,
  originOf: OriginOf,
): Pick<StoredIssue, 'title' | 'location' | 'endpoint' | 'errorType'> {
  const { folded, representative, members } = incident;
  const failing = failingFrame(representative.event, originOf);
  const file = failing === null ? null : (failing.path ?? failing.frame.file);
  return {
    title: titleOf(folded, originOf),
    errorType: errorTypeOf(folded),
    location:
      failing === null || file === null ? null : { file, line: failing.frame.line, function: failing.frame.function },
    endpoint: endpointOfIncident(members, representative),
  };
}

/** `issue-` and 12 characters, 62 bits: the same cause of the same service gives the same id, also after a crash. */
export function issueIdOf({ projectId, service }: ServiceScope, { primary }: Fingerprint): string {
  const digest = hash('sha256', `${projectId}\u0000${service}\u0000${primary}`).slice(0, 16);
  return `issue-${(BigInt(`0x${digest}`) % 36n ** 12n).toString(36).padStart(12, '0')}`;
}
