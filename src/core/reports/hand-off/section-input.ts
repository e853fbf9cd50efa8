import type { EvidenceView } from '../../../contracts/report.ts';
import type { Event } from '../../events/index.ts';
import type { IssueEvidence } from '../../evidence/index.ts';
import type { Messages } from '../../shared/index.ts';
import type { HandOffInput } from './input.ts';

/** What every section is made from. */
export interface Gathered {
  input: HandOffInput;
  /** Epoch ms. */
  now: number;
  messages: Messages;
  /** Redacted. */
  evidence: IssueEvidence | null;
  representative: Event | null;
  /** As a report shows it; null when no event is left. */
  view: EvidenceView | null;
}

/** What the blocks of an issue's events carry. The events' own source names stand inside: they are the events' words too. */
export function eventSource({ input }: Gathered): { source: 'event'; id: string } {
  return { source: 'event', id: input.shortId };
}
