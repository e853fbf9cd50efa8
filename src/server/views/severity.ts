import type { SEVERITY_CLASSES } from '../../contracts/api/issues.ts';

type SeverityClass = (typeof SEVERITY_CLASSES)[number];

const LOWEST: [SeverityClass, number][] = [
  ['fatal', 21],
  ['error', 17],
  ['warn', 13],
  ['info', 9],
  ['debug', 5],
  ['trace', 1],
];

/** OpenTelemetry's numbers 1-24 by class; 0 and below: the source gave none. */
export function severityClassOf(severity: number): SeverityClass {
  return LOWEST.find(([, lowest]) => severity >= lowest)?.[0] ?? 'unset';
}

export function lowestOfClass(name: SeverityClass): number {
  return LOWEST.find(([one]) => one === name)?.[1] ?? 0;
}
