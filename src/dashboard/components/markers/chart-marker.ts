import type { Marker } from '../../../contracts/api/deployments.ts';
import { oneLine, shortRevision } from '../../visible-text.ts';

/** `first seen`: a revision that a chart's own figures know of, whoever deployed it. */
type MarkerKind = Marker['kind'] | 'first seen';

/** One labelled line on a chart. */
export interface ChartMarker {
  /** Epoch ms. */
  at: number;
  kind: MarkerKind;
  label: string;
  service: string | null;
  /** Page of it; null: there is none. */
  href: string | null;
}

/** What a chart knows of itself: a revision that was first seen then. */
export interface SeenRevision {
  /** Epoch ms. */
  at: number;
  /** The revision, shortened. */
  label: string;
}

/** Colours of the palette: what went live, what went well, what went back or came back. */
export const MARKER_COLORS: Record<MarkerKind, string> = {
  deployment: 'info',
  promotion: 'ok',
  rollback: 'bad',
  'fix verified': 'ok',
  'fix recurred': 'bad',
  'first seen': 'muted',
};

/** So that the kinds are told apart without colours. */
export const MARKER_SIGNS: Record<MarkerKind, string> = {
  deployment: '▲',
  promotion: '▲▲',
  rollback: '↩',
  'fix verified': '✓',
  'fix recurred': '✗',
  'first seen': '○',
};

/** Those of the range, oldest first; a revision that was deployed within it is not marked again where it was first seen. */
export function mergeMarkers(
  told: readonly Marker[],
  seen: readonly SeenRevision[],
  { from, to }: { from: number; to: number },
): ChartMarker[] {
  const deployed = new Set(told.flatMap(({ revision }) => (revision === null ? [] : [shortRevision(revision)])));
  const all: ChartMarker[] = [
    ...told.map(({ at, kind, label, service, href }) => ({
      at: Date.parse(at),
      kind,
      label: oneLine(label),
      service: oneLine(service),
      href,
    })),
    ...seen
      .filter(({ label }) => !deployed.has(label))
      .map(({ at, label }) => ({ at, kind: 'first seen' as const, label, service: null, href: null })),
  ];
  return all.filter(({ at }) => at >= from && at <= to).sort((a, b) => a.at - b.at);
}
