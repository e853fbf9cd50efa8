import { toInstant } from '../shared/index.ts';
import type { Alert } from './alert.ts';
import type { AlertWords } from './sayings.ts';

/** When it is told next, in plain words. `format`: the instant as the reader sees it. */
export function nextSendWords(
  {
    nextSend,
    nextSendAt,
    nextStep,
    acknowledged,
    step,
  }: Pick<Alert, 'nextSend' | 'nextSendAt' | 'nextStep' | 'acknowledged' | 'step'>,
  words: AlertWords,
  format: (at: number) => string = toInstant,
): string {
  if (nextSend === null || nextSendAt === null) return words.nextSend.nothing;
  const until = format(nextSendAt);
  switch (nextSend) {
    case 'repeat':
      return words.nextSend.repeat(until);
    case 'escalate':
      return words.nextSend.escalate(until, nextStep ?? step + 1);
    case 'lapse':
      return words.nextSend.lapse(until, acknowledged?.by ?? words.unknown);
    default:
      return nextSend satisfies never;
  }
}
