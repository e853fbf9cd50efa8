import type { Suggestion } from '../../../contracts/api/coordination.ts';
import { useFormats, useMessages } from '../../language.tsx';
import { oneLine } from '../../visible-text.ts';

interface EffectWords {
  /** `timeoutMs: 30 s → 1 min`. */
  change: string;
  /** A success rate changes by points, a span by a share of what it is: `+2 to +5 points`, `−30 % to −10 %`. */
  expected: string;
  /** `81 % → 93 %`; empty where nothing was measured. */
  measured: string;
}

export function useEffectWords(suggestion: Suggestion): EffectWords {
  const { coordination: t } = useMessages();
  const formats = useFormats();
  const { parameter, measure, effect, measured } = suggestion;
  const value = (one: number) => (parameter.endsWith('Ms') ? formats.duration(one) : formats.value(one));
  const signed = (one: number, text: string) => `${one < 0 ? '−' : '+'}${text}`;
  const share = (one: number) => signed(one, formats.percent(Math.abs(one)));
  const points = (one: number) => signed(one, formats.value(Math.round(Math.abs(one) * 1_000) / 10));
  const level = (one: number) => (measure === 'success rate' ? formats.percent(one) : formats.duration(one));
  return {
    change: t.change(oneLine(parameter), value(suggestion.from), value(suggestion.to)),
    expected:
      measure === 'success rate'
        ? t.points(points(effect.low), points(effect.high))
        : t.between(share(effect.low), share(effect.high)),
    measured: measured === null ? '' : `${level(measured.before)} → ${level(measured.after)}`,
  };
}
