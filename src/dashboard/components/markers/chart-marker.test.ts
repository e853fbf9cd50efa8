import { describe, expect, it } from 'vitest';
import type { Marker } from '../../../contracts/api/deployments.ts';
import { mergeMarkers } from './chart-marker.ts';
import { placeLabels } from './place-labels.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-03-02T12:00:00.000Z');

const told = (at: number, revision: string | null, label: string): Marker => ({
  at: new Date(at).toISOString(),
  kind: 'deployment',
  service: 'checkout',
  revision,
  label,
  href: '/deployments/dep-1',
});

describe('markers of a chart', () => {
  it('stand oldest first, those outside its range left out', () => {
    const markers = mergeMarkers(
      [told(NOON, null, 'second'), told(NOON - HOUR, null, 'first'), told(NOON + 2 * HOUR, null, 'later')],
      [],
      { from: NOON - HOUR, to: NOON + HOUR },
    );
    expect(markers.map(({ label }) => label)).toEqual(['first', 'second']);
  });

  it('do not name a revision as first seen that was deployed there', () => {
    const markers = mergeMarkers(
      [told(NOON, 'checkout-00042', 'checkout-00042')],
      [
        { at: NOON + 60_000, label: 'checkout-00042' },
        { at: NOON + HOUR / 2, label: 'ledger-7' },
      ],
      { from: NOON - HOUR, to: NOON + HOUR },
    );
    expect(markers.map(({ kind, label }) => [kind, label])).toEqual([
      ['deployment', 'checkout-00042'],
      ['first seen', 'ledger-7'],
    ]);
  });

  it('show hidden characters of what a client named', () => {
    const [marker] = mergeMarkers([told(NOON, null, 'a\u202eb\nc')], [], { from: NOON, to: NOON });
    expect(marker?.label).toBe('a\\u{202e}b ⏎ c');
  });
});

describe('labels of markers', () => {
  const range = { left: 0, right: 100, rows: 2 };

  it('stand right of their line, left of it where they would stick out', () => {
    expect(
      placeLabels(
        [
          { x: 10, width: 20 },
          { x: 90, width: 20 },
        ],
        range,
      ),
    ).toEqual([
      { x: 14, row: 0 },
      { x: 66, row: 0 },
    ]);
  });

  it('take the other side or the next row rather than cover each other, the newest first', () => {
    const close = [
      { x: 48, width: 30 },
      { x: 50, width: 30 },
      { x: 52, width: 30 },
      { x: 54, width: 30 },
      { x: 56, width: 30 },
    ];
    expect(placeLabels(close, range)).toEqual([
      null,
      { x: 16, row: 1 },
      { x: 56, row: 1 },
      { x: 20, row: 0 },
      { x: 60, row: 0 },
    ]);
  });

  it('stay on the chart where neither side has room', () => {
    expect(placeLabels([{ x: 50, width: 80 }], range)).toEqual([{ x: 20, row: 0 }]);
  });
});
