import { toInstant } from '../../shared/index.ts';
import type { Evidence, IssueFacts } from './explanation.ts';

const SHORT_HASH = 12;
/** Suspects, frames and incidents that an explanation is made of. */
const MOST = { frames: 5, suspects: 5, incidents: 5 };
/** Characters of code or of a diff. */
const DETAIL_CHARACTERS = 6_000;

/** Everything a claim may name, best first. */
export function evidenceOf(facts: IssueFacts): Evidence[] {
  return [
    ...facts.frames.slice(0, MOST.frames).map((frame, index) => ({
      id: `frame:${index}`,
      kind: 'frame' as const,
      label: placeOf(frame),
      detail: cut(frame.code),
    })),
    ...facts.suspects.slice(0, MOST.suspects).map((suspect) => ({
      id: `suspect:${suspect.hash.slice(0, SHORT_HASH)}`,
      kind: 'suspect' as const,
      label: `${suspect.hash.slice(0, SHORT_HASH)} ${suspect.subject}`.slice(0, 200),
      detail: cut([`${suspect.confidence}: ${suspect.reasons.join('; ')}`, suspect.diff ?? ''].join('\n').trim()),
    })),
    ...(facts.firstRevision === null
      ? []
      : [
          {
            id: `revision:${facts.firstRevision.name}`,
            kind: 'revision' as const,
            label: `${facts.firstRevision.name} ${toInstant(facts.firstRevision.firstSeen)}`,
            detail: null,
          },
        ]),
    ...(facts.deployment === null
      ? []
      : [
          {
            id: `deployment:${facts.deployment.id}`,
            kind: 'deployment' as const,
            label: `${facts.deployment.buildId} ${facts.deployment.revision} ${toInstant(facts.deployment.at)}`,
            detail: null,
          },
        ]),
    ...facts.latestIncidents.slice(0, MOST.incidents).map(({ id, at, revision, endpoint }) => ({
      id: `incident:${id}`,
      kind: 'incident' as const,
      label: [toInstant(at), revision, endpoint].filter((part) => part !== null).join(' '),
      detail: null,
    })),
  ];
}

export function placeOf({ file, line, function: name }: IssueFacts['frames'][number]): string {
  const place = line === null ? file : `${file}:${line}`;
  return name === null ? place : `${place} ${name}`;
}

function cut(text: string | null): string | null {
  return text === null || text === '' ? null : text.slice(0, DETAIL_CHARACTERS);
}
