import type { Debate } from '../../contracts/api/debates.ts';
import { useLanguage, useMessages } from '../language.tsx';
import { Badge } from './badges.tsx';
import type { Tone } from './card.tsx';

export const DEBATE_TONES: Record<Debate['state'], Tone> = {
  running: 'info',
  ended: 'ok',
  cancelled: 'none',
  failed: 'bad',
};

/** How it stands; one voice is not a debate, and is said. */
export function DebateBadge({ debate }: { debate: Pick<Debate, 'state' | 'isOneVoice'> }) {
  const { debates: t } = useMessages();
  return (
    <>
      <Badge tone={DEBATE_TONES[debate.state]}>{t.state[debate.state]}</Badge>
      {debate.isOneVoice && (
        <span title={t.oneVoiceMeans}>
          <Badge tone="warn">{t.oneVoice}</Badge>
        </span>
      )}
    </>
  );
}

/** USD with as many digits as tell something of small sums. */
export function useUsd(): (usd: number | null) => string {
  const { debates: t } = useMessages();
  const { language } = useLanguage();
  return (usd) =>
    usd === null ? t.costUnknown : t.usd(usd.toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB', DIGITS));
}

const DIGITS = { maximumSignificantDigits: 3 };
