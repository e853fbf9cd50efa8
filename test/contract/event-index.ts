import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event, EventIndex, EventQuery } from '../../src/core/events/index.ts';
import { at, event, exception, pythonFrames, request } from '../../src/core/issues/event-fixtures.ts';

/** What the suite needs of an index; events are stored and findable when `store` resolves. */
export interface EventIndexUnderTest {
  index: EventIndex;
  projectIds: [number, number];
  store(projectId: number, events: readonly Event[]): Promise<void>;
  /** It counts every match, whatever the bound: then it says that it did. */
  countsAll?: boolean;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** What every event index answers, whatever is behind it. */
export function describeEventIndex(name: string, open: () => Promise<EventIndexUnderTest>): void {
  describe(`event index: ${name}`, () => {
    let opened: EventIndexUnderTest;
    let index: EventIndex;
    let project: number;
    const id = (text: string) => text.split(' ')[0]!;

    beforeAll(async () => {
      opened = await open();
      index = opened.index;
      project = opened.projectIds[0];
      await opened.store(project, EVENTS);
      await opened.store(opened.projectIds[1], [event({ id: 'desk', body: 'order paid at the desk', time: at(0) })]);
    });
    afterAll(() => opened.close());

    const query = (changes: Partial<EventQuery>): EventQuery => ({
      words: [],
      fields: [],
      minimumSeverity: null,
      projectId: project,
      from: null,
      to: null,
      cursor: null,
      limit: 100,
      order: 'oldest',
      ...changes,
    });
    /** `word`, `-word`, `name:value`, `-name:value`; several words in one string are a phrase. */
    const found = async (terms: string[], changes: Partial<EventQuery> = {}) => {
      const words: EventQuery['words'] = [];
      const fields: EventQuery['fields'] = [];
      for (const term of terms) {
        const isExcluded = term.startsWith('-');
        const text = isExcluded ? term.slice(1) : term;
        const [fieldName = '', ...value] = text.split('=');
        if (value.length > 0) fields.push({ name: fieldName, value: value.join('='), isExcluded });
        else words.push({ text, isExcluded });
      }
      const { events } = await index.search(query({ words, fields, ...changes }));
      return events.map(({ event: { id: eventId } }) => eventId);
    };

    it('finds words in the body, all of them, whatever their case and accents', async () => {
      expect(await found(['order'])).toEqual(['paid', 'failed', 'slow']);
      expect(await found(['ORDER', 'Paid'])).toEqual(['paid']);
      expect(await found(['reglé'])).toEqual(['accents']);
      expect(await found(['REGLE'])).toEqual(['accents']);
      expect(await found(['orders'])).toEqual(['path']);
      expect(await found(['nowhere'])).toEqual([]);
    });

    it('finds phrases in their order, and names with signs in them as one', async () => {
      expect(await found(['order paid'])).toEqual(['paid']);
      expect(await found(['paid order'])).toEqual([]);
      expect(await found(['user_id'])).toEqual(['failed']);
      expect(await found(['10.0.0.7'])).toEqual(['slow']);
      expect(await found(['10.0.7'])).toEqual([]);
      expect(await found(['/api/orders'])).toEqual(['path']);
    });

    it('finds beginnings with a star', async () => {
      expect(await found(['ord*'])).toEqual(['paid', 'failed', 'slow', 'path']);
      expect(await found(['order pa*'])).toEqual(['paid']);
      expect(await found(['ord'])).toEqual([]);
      expect(await found(['pod*'])).toEqual(['numbered']);
      expect(await found(['po*'])).toEqual(['path', 'numbered']);
      expect(await found(['pod1*'])).toEqual(['numbered']);
      expect(await found(['on po*'])).toEqual(['numbered']);
      expect(await found(['4*'])).toEqual(['numbered']);
      expect(await found(['ord*', '-pai*'])).toEqual(['failed', 'slow', 'path']);
      expect(await found(['nowher*'])).toEqual([]);
      expect(await found(['ré*'])).toEqual(['accents']);
    });

    it('finds types, messages and files of exceptions', async () => {
      expect(await found(['StockError'])).toEqual(['crash']);
      expect(await found(['warehouse', 'empty'])).toEqual(['crash']);
      expect(await found(['stock.py'])).toEqual(['crash']);
    });

    it('leaves out what is excluded, also when nothing else is asked', async () => {
      expect(await found(['order', '-paid'])).toEqual(['failed', 'slow']);
      expect(await found(['-order'])).toEqual(['path', 'crash', 'numbered', 'accents']);
      expect(await found(['order', '-level=error', '-instance=pod-2'])).toEqual(['paid']);
      expect(await found(['-nowhere', 'order paid'])).toEqual(['paid']);
    });

    it.each([
      ['service=shop', ['paid', 'failed', 'slow', 'path', 'accents']],
      ['service=SHOP', ['paid', 'failed', 'slow', 'path', 'accents']],
      ['service=sho', []],
      ['environment=staging', ['slow']],
      ['revision=shop-00008', ['failed']],
      ['release=shop-00008', ['failed']],
      ['instance=pod-2', ['slow']],
      ['trace=4bf92f3577b34da6a3ce929d0e0e4736', ['paid', 'failed']],
      ['span=00f067aa0ba902b7', ['paid']],
      ['level=error', ['failed', 'crash']],
      ['level=strange', []],
      ['logger=shop.orders', ['failed']],
      ['type=StockError', ['crash']],
      ['type=acme.errors.StockError', ['crash']],
      ['file=stock.py', ['crash']],
      ['user=u-7', ['failed']],
      ['request=req-9', ['path']],
      ['method=POST', ['path']],
      ['path=/api/orders', ['path']],
      ['status=503', ['path']],
      ['source=otlp', ['slow']],
      ['order.id=4711', ['paid']],
      ['flag=true', ['failed']],
      ['customer.address.city=Lyon', ['slow']],
      ['-service=shop', ['crash', 'numbered']],
    ])('finds %s exactly', async (term, ids) => {
      expect(await found([term])).toEqual(ids);
    });

    it('does not let an attribute pass for what Guardian itself says', async () => {
      expect(await found(['level=fatal'])).toEqual([]);
      expect(await found([], { projectId: opened.projectIds[1] })).toEqual(['desk']);
    });

    it('asks all at once', async () => {
      expect(await found(['order', 'level=error', 'trace=4bf92f3577b34da6a3ce929d0e0e4736', '-paid'])).toEqual([
        'failed',
      ]);
      expect(await found(['order'], { minimumSeverity: 13 })).toEqual(['failed', 'slow']);
      expect(await found([], { minimumSeverity: 18 })).toEqual(['crash']);
      expect(await found([], { minimumSeverity: 24 })).toEqual([]);
      expect(await found(['order'], { projectId: null })).toEqual(['paid', 'desk', 'failed', 'slow']);
      expect(await found(['order'], { from: at(MINUTE_MS), to: at(2 * MINUTE_MS) })).toEqual(['failed']);
      expect(await found([], { from: at(5), to: at(5) })).toEqual([]);
      expect(await found(['!!!', '  '])).toHaveLength(EVENTS.length);
    });

    it('gives nothing away to syntax: quotes, operators and stars are only signs', async () => {
      for (const text of [
        '"',
        "'",
        'order" OR "paid',
        'a AND NOT b',
        '*',
        'NEAR(a b)',
        '(',
        ':*',
        '\\',
        '%',
        '\0',
        '{"a":1}',
        '^order',
        'body:order',
      ])
        await expect(found([text])).resolves.toBeInstanceOf(Array);
      expect(await found(['paid OR failed'])).toEqual([]);
      for (const value of ["' OR 1=1 --", '\0', '"', '\u{1F600}', 'x'.repeat(10_000)])
        expect(await found([`service=${value}`])).toEqual([]);
    });

    it('pages from either end without losing or repeating one', async () => {
      for (const order of ['newest', 'oldest'] as const) {
        const ids: string[] = [];
        let cursor: number | null = null;
        do {
          const page = await index.search(
            query({ order, cursor, limit: 2, words: [{ text: 'ord*', isExcluded: false }] }),
          );
          ids.push(...page.events.map(({ event: { id: eventId } }) => id(eventId)));
          cursor = page.cursor;
        } while (cursor !== null && ids.length < 20);
        const all = ['paid', 'failed', 'slow', 'path'];
        expect(ids).toEqual(order === 'oldest' ? all : all.toReversed());
      }
      const all = await index.search(query({ limit: EVENTS.length }));
      expect(all.cursor).toBeNull();
      expect(all.events).toHaveLength(EVENTS.length);
    });

    it('counts by step and severity class: all, of a service, and of a search', async () => {
      const span = { from: at(0), to: at(6 * MINUTE_MS) };
      const { cursor: _, limit: __, order: ___, ...conditions } = query(span);
      const all = await index.histogram(conditions, 6);
      expect(all).toEqual({
        from: at(0),
        stepMs: MINUTE_MS,
        isExact: true,
        steps: [
          { severity: 9, counts: [1, 0, 0, 1, 1, 1] },
          { severity: 13, counts: [0, 0, 1, 0, 0, 0] },
          { severity: 17, counts: [0, 1, 0, 0, 1, 0] },
        ],
      });
      const ofService = { ...conditions, fields: [{ name: 'service', value: 'billing', isExcluded: false }] };
      expect((await index.histogram(ofService, 6)).steps).toEqual([{ severity: 17, counts: [0, 0, 0, 0, 1, 0] }]);
      const ofSearch = { ...conditions, words: [{ text: 'order', isExcluded: false }], minimumSeverity: 13 };
      const searched = await index.histogram(ofSearch, 6);
      expect(searched.isExact).toBe(true);
      expect(sumOf(searched.steps, 13)).toBe(1);
      expect(sumOf(searched.steps, 17)).toBe(1);
      expect(sumOf(searched.steps, 9)).toBe(0);
      const short = await index.histogram({ ...conditions, from: at(0), to: at(10) }, 10);
      expect(short).toEqual({
        from: at(0),
        stepMs: 1,
        isExact: true,
        steps: [{ severity: 9, counts: [1, ...Array(9).fill(0)] }],
      });
    });

    it('counts a span of days by the hour, and what is open at an end as far as there are events', async () => {
      const { cursor: _, limit: __, order: ___, ...conditions } = query({});
      const open = await index.histogram(conditions, 3);
      expect(open.steps.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0)).toBe(EVENTS.length);
      const days = await index.histogram({ ...conditions, from: at(-86_400_000 * 9), to: at(86_400_000) }, 10);
      expect(days.stepMs % 3_600_000).toBe(0);
      expect(days.steps.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0)).toBe(EVENTS.length);
    });

    it('says so when it stops counting at its bound', async () => {
      const many = Array.from({ length: 80 }, (_, number) =>
        event({
          id: `flood ${number}`,
          service: 'flood',
          body: 'flooded',
          time: at(-3_600_000 * 50 + number * MINUTE_MS),
        }),
      );
      await opened.store(project, many);
      const {
        cursor: _,
        limit: __,
        order: ___,
        ...conditions
      } = query({ words: [{ text: 'flooded', isExcluded: false }] });
      const counted = await index.histogram(conditions, 10);
      expect(counted.isExact).toBe(opened.countsAll === true);
      expect(sumOf(counted.steps, 9)).toBe(opened.countsAll ? many.length : COUNTED_MATCHES);
      const { events } = await index.search(
        query({ fields: [{ name: 'service', value: 'flood', isExcluded: false }] }),
      );
      await index.remove(events.map(({ seq }) => seq));
      expect(await found(['flooded'])).toEqual([]);
      expect(await found(['service=flood'])).toEqual([]);
      expect(await index.get(events.map(({ seq }) => seq))).toEqual([]);
    });
  });
}

/** The suite opens its index with this bound. */
export const COUNTED_MATCHES = 50;

function sumOf(steps: { severity: number; counts: number[] }[], severity: number): number {
  return steps.find((step) => step.severity === severity)?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** One a minute. */
const EVENTS = [
  event({
    id: 'paid',
    time: at(0),
    body: 'Order paid in full',
    traceId: TRACE,
    spanId: '00f067aa0ba902b7',
    attributes: { 'order.id': 4711 },
  }),
  event({
    id: 'failed',
    time: at(MINUTE_MS),
    body: 'order failed for user_id=7',
    severityNumber: 17,
    traceId: TRACE,
    logger: 'shop.orders',
    revision: 'shop-00008',
    user: { id: 'u-7', name: null },
    attributes: { flag: true, '\uE001level': '21', '\uE001project': '2' },
  }),
  event({
    id: 'slow',
    time: at(2 * MINUTE_MS),
    body: 'slow order from 10.0.0.7',
    severityNumber: 13,
    environment: 'staging',
    instance: 'pod-2',
    source: { kind: 'otlp', name: 'shop', position: '', stream: '' },
    attributes: { customer: { address: { city: 'Lyon' } } },
  }),
  event({
    id: 'path',
    time: at(3 * MINUTE_MS),
    body: 'POST /api/orders/12 answered',
    request: request({ id: 'req-9', method: 'POST', path: '/api/orders', status: 503 }),
  }),
  event({
    id: 'crash',
    time: at(4 * MINUTE_MS),
    service: 'billing',
    severityNumber: 18,
    body: 'Unhandled',
    exceptions: [exception('acme.errors.StockError', 'the warehouse is empty', pythonFrames('stock:40:reserve'))],
  }),
  event({ id: 'numbered', time: at(4.5 * MINUTE_MS), body: 'started on pod17 with 42 things', service: 'fleet' }),
  event({ id: 'accents', time: at(5 * MINUTE_MS), body: 'Facture réglée : REGLÉ' }),
];
