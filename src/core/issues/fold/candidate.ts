import type { Event } from '../../events/index.ts';
import type { Classified } from '../classify.ts';

/** An event that an incident may be made of, with what was found out about it once. */
export interface Candidate extends Classified {
  event: Event;
}

/** Why an event stands in its incident; `representative` is set when it is chosen. */
export type FoldReason =
  | 'alone'
  | 'representative'
  | 'trace'
  | 'request-id'
  | 'http-twin'
  | 'same-stack'
  | 'inner-stack'
  | 'request-span'
  | 'death'
  | 'death-impact'
  | 'death-cause';

/** The platform stamps its request entry when the request starts; loggers stamp their line when it was answered. */
export function isStampedAtStart({ source }: Event): boolean {
  return source.kind === 'cloud-logging' && /(?:%2F|\/)requests(?:\||$)/.test(source.stream);
}

/** By time, then id, then source: one order whatever the arrival. */
export function compareEvents(a: Event, b: Event): number {
  return a.time - b.time || compareText(a.id, b.id) || compareText(a.source.name, b.source.name);
}

/** By code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
