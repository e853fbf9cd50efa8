import type { DeploymentStep } from '../../../contracts/api/deployments.ts';
import { useFormats, useMessages } from '../../language.tsx';

type Measure = DeploymentStep['comparisons'][number]['measure'];

const KIB = 1024;

/** A number as its measure is counted: shares in percent, latency in time, memory in bytes, the rest as it is. */
export function useMeasureValue(): (measure: Measure, value: number | null) => string {
  const { deployments: t } = useMessages();
  const formats = useFormats();
  const bytes = (value: number) => {
    if (value >= KIB ** 3) return `${formats.value(Math.round((value / KIB ** 3) * 100) / 100)}\u00a0${t.bytes.gib}`;
    if (value >= KIB ** 2) return `${formats.value(Math.round(value / KIB ** 2))}\u00a0${t.bytes.mib}`;
    return `${formats.value(Math.round(value / KIB))}\u00a0${t.bytes.kib}`;
  };
  return (measure, value) => {
    if (value === null) return '–';
    if (measure === 'errors' || measure === 'tests') return formats.percent(value);
    if (measure === 'latency') return formats.duration(value);
    return measure === 'memory' ? bytes(value) : formats.value(value);
  };
}
