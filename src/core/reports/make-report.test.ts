import { describe, expect, it } from 'vitest';
import { errorEvent, event, repositoryEvidence, START } from '../../../test/fixtures/understanding.ts';
import {
  createEventPipeline,
  createFrameOrigin,
  createRedactor,
  type Event,
  type ReadOptions,
  type Source,
  type SourceBatch,
} from '../events/index.ts';
import { GuardianError, messagesFor } from '../shared/index.ts';
import { type Freshness, parseFreshness } from './freshness.ts';
import { DEFAULT_REPORT_KNOBS } from './knobs.ts';
import { makeReport } from './make-report.ts';

const HOUR = 3_600_000;
const clock = { now: () => START + 24 * HOUR };

/** A source that holds these events, keeps to the window it is asked for, and remembers how it was asked. */
function holding(events: Event[], more: Partial<SourceBatch> = {}) {
  const asked: Pick<ReadOptions, 'since' | 'until'>[] = [];
  const source: Source = {
    kind: 'file',
    async *read({ since, until }) {
      asked.push({ since, until });
      const inside = events.filter(({ time }) => time >= (since ?? 0) && time < (until ?? Number.POSITIVE_INFINITY));
      yield {
        events: inside,
        quiet: { entries: 0, from: null, to: null, served: [] },
        problems: [],
        progress: { readBytes: 1, totalBytes: 1 },
        ...more,
      };
    },
  };
  return { source, asked };
}

async function make(source: Source, freshness: string, origin: 'live' | 'saved' = 'saved') {
  const redactor = createRedactor();
  return makeReport({
    source,
    origin,
    freshness: parseFreshness(freshness) as Freshness,
    openPipeline: () => createEventPipeline({ clock, redactor }),
    redactor,
    understanding: { frameOrigin: createFrameOrigin() },
    gatherEvidence: async () => repositoryEvidence([]),
    subject: { service: null, region: null, release: null, revision: null },
    commands: { memory: null, rollback: null },
    clock,
    messages: messagesFor('en'),
    knobs: DEFAULT_REPORT_KNOBS,
  });
}

const hourly = [0, 1, 2, 3].map((hour) =>
  errorEvent({ id: `e${hour}`, time: START + hour * HOUR, traceId: `t-${hour}` }),
);

describe('the window of a report', () => {
  it('is the whole of a saved log, unless a duration is asked for, which counts back from its newest entry', async () => {
    const whole = holding(hourly);
    expect(await make(whole.source, 'all')).toMatchObject({ freshness: 'all', incidents: 4, logs_analyzed: 4 });
    expect(whole.asked).toEqual([{ since: null, until: null }]);

    const late = holding([...hourly, event({ id: 'wrong', time: START + 900 * HOUR, timeSuspect: true })]);
    const report = await make(late.source, '90m');
    expect(late.asked.at(-1)).toEqual({ since: START + 3 * HOUR - 90 * 60_000, until: null });
    expect(report).toMatchObject({ freshness: '90m', incidents: 2, window: { from: '2026-03-14T11:00:00.000Z' } });
  });

  it('ends now and begins that long before, when the source is live', async () => {
    const live = holding(hourly);
    await make(live.source, '1h', 'live');
    expect(live.asked).toEqual([{ since: clock.now() - HOUR, until: clock.now() }]);
  });

  it('begins at an instant that was named', async () => {
    const { source, asked } = holding(hourly);
    expect((await make(source, '2026-03-14T10:30:00Z')).incidents).toBe(2);
    expect(asked).toEqual([{ since: Date.UTC(2026, 2, 14, 10, 30), until: null }]);
  });

  it('stays readable when there is nothing to count back from', async () => {
    expect(await make(holding([]).source, '1h')).toMatchObject({ status: 'OK', status_reasons: ['no entries'] });
  });
});

describe('the way from a source to a report', () => {
  it('counts the same problem of the same input once, told in several batches', async () => {
    const problem = { kind: 'broken-entry' as const, name: 'a.log', position: 'line 3', count: 2, detail: '{' };
    const source: Source = {
      kind: 'file',
      async *read() {
        const once = holding(hourly, { problems: [problem] }).source.read({ since: null, until: null });
        for await (const batch of once) yield* [batch, { ...batch, events: [] }];
      },
    };
    const { problems } = await make(source, 'all');
    expect(problems).toEqual([{ ...problem, count: 4 }]);
  });

  it('makes no report when the source could not look (row 13)', async () => {
    const source: Source = {
      kind: 'file',
      async *read() {
        yield* [];
        throw new GuardianError('source_unavailable', { path: 'shop', reason: 'no answer' });
      },
    };
    await expect(make(source, 'all')).rejects.toMatchObject({ code: 'source_unavailable' });
  });
});
