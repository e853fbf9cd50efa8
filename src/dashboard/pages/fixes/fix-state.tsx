import type { FixState } from '../../api/queries/fixes.ts';
import { Badge } from '../../components/badges.tsx';
import type { Tone } from '../../components/card.tsx';
import { useMessages } from '../../language.tsx';

export const FIX_TONES: Record<FixState, Tone> = {
  'handed off': 'info',
  proposed: 'warn',
  merged: 'info',
  deployed: 'info',
  verified: 'ok',
  recurred: 'bad',
  declined: 'none',
  failed: 'bad',
};

/** On the board in this order; the rest ended without a fix. */
export const BOARD_STATES = [
  'handed off',
  'proposed',
  'merged',
  'deployed',
  'verified',
  'recurred',
] as const satisfies readonly FixState[];
export const ENDED_STATES = ['declined', 'failed'] as const satisfies readonly FixState[];
const OPEN_STATES = ['handed off', 'proposed', 'merged', 'deployed'] as const satisfies readonly FixState[];

export function isOpen({ state }: { state: FixState }): boolean {
  return (OPEN_STATES as readonly FixState[]).includes(state);
}

export function FixStateBadge({ state }: { state: FixState }) {
  const { fixes: t } = useMessages();
  return <Badge tone={FIX_TONES[state]}>{t.state[state] ?? state}</Badge>;
}
