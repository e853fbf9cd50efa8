import { messagesFor, textOf } from '../../shared/index.ts';
import type { PartReader } from '../ports.ts';
import type { GuardianRule } from '../rules/rule.ts';
import type { Sayings } from '../sayings.ts';
import { GONE, type Look } from './look.ts';
import { observationOf } from './observation-of.ts';

/** Guardian's own parts of one kind: channels, the delivery worker, the log of runs … */
export async function observeGuardian(
  rule: GuardianRule,
  { reader, at, words }: { reader: PartReader; at: number; words: Sayings },
): Promise<Look> {
  const parts = await reader.parts(rule.part);
  const observations = parts.map(({ id, name, isWorking, reason }) => {
    const subject = { kind: rule.part, id, name, labels: {} };
    const about = { part: rule.part, subject: name };
    const own = rule.description && words.filled(rule.description, { subject: name, labels: {} });
    const condition = isWorking === null ? 'unknown' : isWorking ? 'good' : 'bad';
    return observationOf(rule, subject, null, {
      at,
      condition,
      description: own ?? (isWorking === null ? words.partUnknown(about) : words.partFails({ ...about, reason })),
      evidence: reason === null ? null : { reason: textOf(reason, messagesFor('en')) },
      isCurrent: true,
    });
  });
  return { observations, isWhole: true, missing: GONE };
}
