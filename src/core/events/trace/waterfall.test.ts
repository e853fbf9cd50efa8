import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from './span.ts';
import { waterfallOf } from './waterfall.ts';

function span(id: string, parent: string | null, start: number, durationMs: number, over: Partial<Span> = {}): Span {
  const place = { projectId: 1, traceId: '4bf92f3577b34da6a3ce929d0e0e4736', id, parent, name: id, service: 'shop' };
  return { ...place, kind: 'internal', start, durationMs, status: 'unset', attributes: {}, ...over };
}

const shown = (spans: readonly Span[]) =>
  waterfallOf(spans).spans.map(({ id, depth, offsetMs, skewMs, isOrphan }) => [id, depth, offsetMs, skewMs, isOrphan]);

describe('a waterfall', () => {
  it('has parents before their children, children by their start, whatever order they came in', () => {
    const spans = [
      span('query', 'request', 1_020, 30),
      span('request', null, 1_000, 100),
      span('render', 'request', 1_060, 30),
      span('parse', 'query', 1_025, 5),
    ];
    const expected = [
      ['request', 0, 0, 0, false],
      ['query', 1, 20, 0, false],
      ['parse', 2, 25, 0, false],
      ['render', 1, 60, 0, false],
    ];
    expect(shown(spans)).toEqual(expected);
    expect(shown([...spans].reverse())).toEqual(expected);
    expect(waterfallOf(spans)).toMatchObject({ start: 1_000, durationMs: 100 });
  });

  it('moves a service whose clock is behind into the middle of its caller, with what hangs below it', () => {
    const spans = [
      span('call', null, 10_000, 100),
      span('handle', 'call', 4_000, 60, { service: 'billing', kind: 'server' }),
      span('sql', 'handle', 4_010, 20, { service: 'billing' }),
    ];
    expect(shown(spans)).toEqual([
      ['call', 0, 0, 0, false],
      ['handle', 1, 20, -6_020, false],
      ['sql', 2, 30, -6_020, false],
    ]);
  });

  it('moves a service whose clock is ahead likewise, and leaves one alone that fits', () => {
    const ahead = span('handle', 'call', 10_090, 60, { service: 'billing', kind: 'server' });
    const fits = span('handle', 'call', 10_030, 60, { service: 'billing', kind: 'server' });
    expect(shown([span('call', null, 10_000, 100), ahead])[1]).toEqual(['handle', 1, 20, 70, false]);
    expect(shown([span('call', null, 10_000, 100), fits])[1]).toEqual(['handle', 1, 30, 0, false]);
  });

  it('lets a consumer begin after its producer has ended, and work go on that nobody waited for', () => {
    const later = span('consume', 'send', 60_000, 5, { service: 'mailer', kind: 'consumer' });
    const longer = span('background', 'send', 10_005, 5_000, { service: 'mailer' });
    expect(shown([span('send', null, 10_000, 20, { kind: 'producer' }), later])[1]).toEqual([
      'consume',
      1,
      50_000,
      0,
      false,
    ]);
    expect(shown([span('send', null, 10_000, 20), longer])[1]).toEqual(['background', 1, 5, 0, false]);
  });

  it('shows spans whose parent never came, and says so', () => {
    expect(shown([span('late', 'never-came', 500, 10), span('root', null, 400, 20)])).toEqual([
      ['root', 0, 0, 0, false],
      ['late', 0, 100, 0, true],
    ]);
  });

  it('names the stretches in which nothing ran', () => {
    const spans = [span('root', null, 0, 100), span('a', 'root', 10, 20), span('b', 'root', 70, 20)];
    expect(waterfallOf(spans).gaps).toEqual([
      { fromMs: 30, toMs: 70 },
      { fromMs: 0, toMs: 10 },
      { fromMs: 90, toMs: 100 },
    ]);
    expect(waterfallOf([span('root', null, 0, 100)]).gaps).toEqual([]);
  });

  it('is empty of nothing', () => {
    expect(waterfallOf([])).toEqual({ start: 0, durationMs: 0, spans: [], gaps: [] });
  });

  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const anySpan = fc
    .record({
      id: fc.constantFrom(...ids),
      parent: fc.constantFrom(null, ...ids),
      start: fc.integer({ min: 0, max: 1_000 }),
      durationMs: fc.integer({ min: 0, max: 500 }),
      service: fc.constantFrom('shop', 'billing'),
    })
    .map(({ id, parent, start, durationMs, service }) => span(id, parent, start, durationMs, { service }));

  it('shows each span once, none before the start, whatever hangs on what', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 12 }), (spans) => {
        const { spans: placed, durationMs } = waterfallOf(spans);
        expect(placed.map(({ id }) => id).sort()).toEqual([...new Set(spans.map(({ id }) => id))].sort());
        expect(Math.min(...placed.map(({ offsetMs }) => offsetMs))).toBe(0);
        for (const { offsetMs, durationMs: own } of placed) expect(offsetMs + own).toBeLessThanOrEqual(durationMs);
      }),
    );
  });

  it('takes a chain of a hundred thousand', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) =>
      span(`${index}`, index === 0 ? null : `${index - 1}`, index, 1),
    );
    expect(waterfallOf(chain).spans.at(-1)).toMatchObject({ depth: 99_999, offsetMs: 99_999 });
  });
});
