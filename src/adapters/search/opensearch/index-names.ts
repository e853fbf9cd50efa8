import { SEQS_PER_MS } from '../../store/sql/repositories/events/event-row.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Indices of events, by the day (UTC) that the event stands at: where an event is follows from its seq, whoever asks and whenever. */
export function indexOf(prefix: string, seq: number): string {
  const day = new Date(Math.floor(seq / SEQS_PER_MS)).toISOString().slice(0, 10);
  return `${prefix}-events-${day.replaceAll('-', '.')}`;
}

export function indexPattern(prefix: string): string {
  return `${prefix}-events-*`;
}

/** Epoch ms of the end of an index’s day; null: this is none of ours. */
export function endOfIndex(prefix: string, name: string): number | null {
  const [, year, month, day] = /^(\d{4})\.(\d{2})\.(\d{2})$/.exec(name.slice(`${prefix}-events-`.length)) ?? [];
  if (!name.startsWith(`${prefix}-events-`) || day === undefined) return null;
  return Date.UTC(Number(year), Number(month) - 1, Number(day)) + DAY_MS;
}
