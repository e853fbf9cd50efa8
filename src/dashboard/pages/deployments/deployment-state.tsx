import type { DeploymentState } from '../../api/queries/deployments.ts';
import { Badge } from '../../components/badges.tsx';
import type { Tone } from '../../components/card.tsx';
import { useMessages } from '../../language.tsx';

export const STATE_TONES: Record<DeploymentState, Tone> = {
  planned: 'info',
  running: 'info',
  holding: 'warn',
  watching: 'info',
  promoted: 'ok',
  'rolling back': 'warn',
  'rolled back': 'bad',
  failed: 'bad',
};

export function DeploymentStateBadge({ state }: { state: DeploymentState }) {
  const { deployments: t } = useMessages();
  return <Badge tone={STATE_TONES[state]}>{t.state[state] ?? state}</Badge>;
}
