import { shortHash } from '../shared/index.ts';
import type { AlertSubject } from './alert.ts';

/** PagerDuty's bound of a `dedup_key`; longer ones end in a hash of the whole. */
const LONGEST = 255;

/**
 * rule + subject, readable, and never the same for two: `humidity:piano/12`, in a project `humidity:piano/12@3`. What separates the parts is written
 * `%xx` inside them.
 */
export function dedupeKeyOf(
  rule: string,
  subject: Pick<AlertSubject, 'kind' | 'id'>,
  projectId: number | null,
): string {
  const whole = `${part(rule)}:${part(subject.kind)}/${part(subject.id)}${projectId === null ? '' : `@${projectId}`}`;
  return whole.length <= LONGEST ? whole : `${whole.slice(0, LONGEST - 17)}~${shortHash(whole)}`;
}

function part(text: string): string {
  return text.replace(/[%:/@~\s]/g, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
