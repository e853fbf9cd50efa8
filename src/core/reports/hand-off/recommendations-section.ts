import { DEFAULT_REPORT_KNOBS } from '../knobs.ts';
import { safeCommit } from '../recommendations/facts.ts';
import { matchFix } from '../recommendations/match-fix.ts';
import { adviseMemory, memorySize } from '../recommendations/memory-size.ts';
import { type Draft, said } from './entry.ts';
import type { Gathered } from './section-input.ts';

/** What the rules advise. Every sentence is fixed; of an event only numbers enter, of the repository only a commit's hash. */
export function recommendationDrafts({ input, representative, evidence, messages }: Gathered): Draft[] {
  const { handOff: t, recommendations, suggestedFixes } = messages;
  const say = recommendations.investigate;
  const signal = input.stored.signal;
  const fix = representative ? matchFix(representative.exceptions) : null;
  const hash = safeCommit(evidence?.suspects.suspects[0]?.commit.sha.slice(0, 8) ?? null);
  const verdict = evidence?.suspects.verdict ?? 'could not look';
  const lines = [
    ...(signal === 'OOM' ? memoryAdvice({ input, messages }) : []),
    ...(signal === 'UNHEALTHY' ? [say.health] : []),
    ...(signal === 'CRASH' ? [say.exit] : []),
    ...(fix === null ? [] : [suggestedFixes.fixes[fix]]),
    (evidence?.culprits.length ?? 0) > 0 ? t.startAtFirst : t.noLocation,
    verdict === 'ranked' && hash
      ? say.readCommit(hash)
      : verdict === 'could not look'
        ? say.couldNotLook
        : say.noCommitLikely,
  ];
  return lines.map((line) => ({ entry: said('advice', `- ${line}`), share: 0 }));
}

function memoryAdvice({ input, messages }: Pick<Gathered, 'input' | 'messages'>): string[] {
  const say = messages.recommendations.memory;
  const measured = (input.issue?.incidents ?? []).flatMap(({ signal }) => signal?.memory ?? []);
  const numbers =
    measured.length === 0
      ? null
      : {
          limitMib: Math.max(...measured.map(({ limitMib }) => limitMib)),
          usedMib: Math.max(...measured.map(({ usedMib }) => usedMib)),
        };
  const advised = adviseMemory(numbers, DEFAULT_REPORT_KNOBS);
  if (advised.kind === 'leak') return [`${say.findLeak}.`];
  const size = memorySize(advised.mib);
  return [`${advised.kind === 'assume' ? say.assume(advised.mib, size) : say.raise(advised.mib, size)}. ${say.watch}`];
}
