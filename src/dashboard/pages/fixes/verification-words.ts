import type { Verification } from '../../../contracts/api/fixes.ts';
import type { Tone } from '../../components/card.tsx';
import { useFormats, useMessages } from '../../language.tsx';

export const OUTCOME_TONES: Record<Verification['outcome'], Tone> = {
  fixed: 'ok',
  'still seen': 'bad',
  'too early': 'info',
  'no traffic': 'warn',
  'could not look': 'warn',
};

/** `37 of 120 requests without an incident`; of hours it is known only how many are needed; empty where nothing is counted. */
export function useProgressWords(): (verification: Verification) => string {
  const { fixes: t } = useMessages();
  const formats = useFormats();
  return ({ outcome, incidents, requests, needed, unit }) => {
    if (outcome === 'still seen') return t.seenAgain(incidents);
    if (needed === null) return '';
    const whole = formats.count(Math.ceil(needed));
    if (outcome === 'fixed' && unit === 'requests' && requests !== null)
      return t.proven(formats.count(requests), whole);
    if (unit === 'requests' && requests !== null) return t.progress.requests(formats.count(requests), whole);
    return t.needs[unit](whole);
  };
}
