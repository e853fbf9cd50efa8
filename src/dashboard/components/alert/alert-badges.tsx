import type { AlertSeverity, AlertState } from '../../api/queries/alerts.ts';
import { useMessages } from '../../language.tsx';
import { Badge } from '../badges.tsx';
import type { Tone } from '../card.tsx';

export const SEVERITY_TONES: Record<AlertSeverity, Tone> = {
  info: 'info',
  warning: 'warn',
  error: 'bad',
  critical: 'bad',
};

/** More marks, graver: the order is seen without the colours. */
const MARKS: Record<AlertSeverity, string> = { info: 'i', warning: '!', error: '!!', critical: '!!!' };

export function AlertSeverityBadge({ severity }: { severity: AlertSeverity }) {
  const { alerts } = useMessages();
  return (
    <Badge tone={SEVERITY_TONES[severity]}>
      <span aria-hidden="true">{MARKS[severity]} </span>
      {alerts.severity[severity]}
    </Badge>
  );
}

const STATE_TONES: Record<AlertState, Tone> = { firing: 'bad', acknowledged: 'info', resolved: 'ok' };

export function AlertStateBadge({ state }: { state: AlertState }) {
  const { alerts } = useMessages();
  return <Badge tone={STATE_TONES[state]}>{alerts.state[state]}</Badge>;
}
