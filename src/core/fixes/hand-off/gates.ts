import type { FixMaterial } from '../ports.ts';

export interface GateKnobs {
  /** Hand-offs by itself within 24 hours. */
  perDay: number;
  /** Least fixability: below it there is nothing but to tell. */
  leastFixability: number;
  /** Incidents before one that is not new is handed off. */
  leastIncidents: number;
}

export const DEFAULT_GATE_KNOBS: GateKnobs = { perDay: 5, leastFixability: 40, leastIncidents: 3 };

/** Why an issue is not handed off by itself. An open fix and the day's cap are decided where the row is written. */
export type GateRefusal = 'public-trust' | 'too-few-incidents' | 'fixability';

/** Everything that keeps it from being handed off by itself; empty: the gate is open. */
export function gatesOf(
  { isPublic, isNew, fixability }: Pick<FixMaterial, 'isPublic' | 'isNew' | 'fixability'>,
  { incidents }: { incidents: number },
  knobs: GateKnobs,
): GateRefusal[] {
  return [
    ...(isPublic ? (['public-trust'] as const) : []),
    ...(incidents < knobs.leastIncidents && !isNew ? (['too-few-incidents'] as const) : []),
    ...(fixability.score < knobs.leastFixability ? (['fixability'] as const) : []),
  ];
}
