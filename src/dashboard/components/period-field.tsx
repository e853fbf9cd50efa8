import { useMessages } from '../language.tsx';
import { DEFAULT_PERIOD, PERIOD_NAMES, periodName } from '../period.ts';
import { SelectField } from './fields.tsx';

interface PeriodFieldProps {
  value: string | undefined;
  /** Undefined: the default, which no address needs to name. */
  onChoose: (name: string | undefined) => void;
}

/** How far back a page looks. */
export function PeriodField({ value, onChoose }: PeriodFieldProps) {
  const { events } = useMessages();
  return (
    <SelectField
      label={events.range}
      value={periodName(value)}
      options={PERIOD_NAMES.map((name) => [name, events.ranges[name]] as const)}
      onChoose={(name) => onChoose(name === DEFAULT_PERIOD ? undefined : name)}
    />
  );
}
