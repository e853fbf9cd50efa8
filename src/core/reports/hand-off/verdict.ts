import { reportInstant } from '../plain-values.ts';
import { safeCommit } from '../recommendations/facts.ts';
import type { Gathered } from './section-input.ts';

/** One line of Guardian's own: what it is, how bad, where to look first. At most 240 bytes. */
export function verdictOf({ input, messages, evidence }: Gathered): string {
  const t = messages.handOff;
  const { stored, shortId, isNew } = input;
  const first = evidence?.suspects.suspects[0];
  const hash = safeCommit(first?.commit.sha.slice(0, 8) ?? null);
  const verdict = evidence?.suspects.verdict ?? 'could not look';
  const suspect =
    verdict === 'ranked' && first && hash
      ? t.suspectNamed(hash, messages.report.confidence[first.confidence])
      : verdict === 'could not look'
        ? t.suspectUnknown
        : t.suspectNone;
  const lastSeen = reportInstant(stored.lastSeen);
  return Buffer.from(t.verdict(shortId, t.state[stored.state], isNew, stored.incidents, lastSeen, suspect))
    .subarray(0, 240)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
}
