import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../events/index.ts';
import {
  accessLine,
  at,
  completedLine,
  event,
  exception,
  frame,
  pythonFrames,
  requestEntry,
  stackEvent,
} from './event-fixtures.ts';
import { hashInputs } from './fingerprint/v1.ts';
import { createUnderstanding, type UnderstandingOptions } from './understand.ts';
import type { Understanding } from './understanding.ts';

function understand(events: readonly Event[], options: UnderstandingOptions = {}): Understanding {
  const accumulator = createUnderstanding(options);
  accumulator.add(events);
  return accumulator.finish();
}

const calls = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    requestEntry(at(-index * 40_000), { path: `/api/page-${index % 5}`, status: 200 }),
  );
const inner = pythonFrames('lib/vectors:90:wrapper', 'lib/vectors:558:validate');
const middle = [...inner, ...pythonFrames('vectors:794:add_items')];
const outer = [...middle, ...pythonFrames('lib/threads:25:to_thread', 'gardener:1267:store_preferences')];
const told = 'Expected metadata value to be a str, int, float or bool, got [] which is a list';

const system = {
  kind: 'cloud-logging',
  name: 'p',
  position: '1',
  stream: 'projects/p/logs/run.googleapis.com%2Fvarlog%2Fsystem|x',
};
const malformed =
  'The request failed because either the HTTP response was malformed or connection to the instance had an error.\nWhile handling this request, the container instance was found to be using too much memory and was terminated.';

const CASES: Record<string, () => Event[]> = {
  'one failure, four stacks': () => [
    ...[inner, middle, inner, outer].map((frames, index) =>
      stackEvent(at(index * 0.5), [exception('ValueError', frames === inner ? told : `${told} in upsert.`, frames)], {
        instance: `i-${index}`,
      }),
    ),
    ...calls(20),
  ],
  'three requests, logged thrice': () => [
    ...[0, 68_000, 135_500].flatMap((start, index) => [
      ...(index === 0
        ? []
        : [
            requestEntry(
              at(start),
              { method: 'POST', path: '/api/reports', status: 500 },
              { instance: `a-${index}`, traceId: `trace-${index}` },
            ),
          ]),
      ...(index === 0 ? [] : [completedLine(at(start + 14), 'POST', '/api/reports', 500, { instance: `b-${index}` })]),
      accessLine(at(start + 15), { method: 'POST', path: '/api/reports', status: 500 }, { instance: `c-${index}` }),
    ]),
    requestEntry(at(100_000), { path: '/api/health/liveness', status: 404, userAgent: 'Python/3.12 aiohttp/3.9.1' }),
    requestEntry(at(100_020), { path: '/api/health/readiness', status: 404, userAgent: 'Python/3.12 aiohttp/3.9.1' }),
    ...calls(20),
  ],
  'out of memory': () => [
    event({
      time: at(0),
      severityNumber: 17,
      body: 'Memory limit of 1024 MiB exceeded with 1062 MiB used. Consider more.',
      instance: 'i-0',
      source: system,
    }),
    ...[-3_925, -5_435, -5_436].map((time, index) =>
      requestEntry(
        at(time),
        { path: '/api/threads', status: 503, durationMs: 1_200 },
        { instance: `i-${index + 1}`, body: malformed },
      ),
    ),
    ...calls(20),
  ],
  'a scanner': () => [
    ...['/a.wadl', '/api/a.wadl', '/api/v1/a.wadl', '/status', '/mongo/', '/pre-commit.yaml', '/.pre-commit.yaml'].map(
      (path, index) => requestEntry(at(index * 5_000), { path, status: 404, host: 'scanned.example.org' }),
    ),
    ...calls(20),
  ],
  'cut traces': () => [
    ...[0, 14_000, 120_000, 134_000].map((time, index) =>
      stackEvent(at(time), [exception(null, null, pythonFrames('admin:37:dashboard'), { truncated: true })], {
        instance: `i-${index}`,
      }),
    ),
    ...calls(20),
  ],
};

/** Everything but the whole events, for comparing. */
function summary({ issues, errorIncidents, warningIncidents, signals, noise }: Understanding) {
  return {
    errorIncidents,
    warningIncidents,
    noise: noise.entries,
    signals: signals.map(({ type, affectedRequests, memory }) => ({ type, affectedRequests, memory })),
    issues: issues.map(({ title, incidentCount, entries }) => [title, incidentCount, entries]),
  };
}

describe('what production logs come to', () => {
  it.each([
    [
      'one failure, four stacks',
      {
        errorIncidents: 1,
        warningIncidents: 0,
        noise: 0,
        signals: [],
        issues: [[`ValueError: ${told} in upsert.`, 1, 4]],
      },
    ],
    [
      'three requests, logged thrice',
      {
        errorIncidents: 3,
        warningIncidents: 2,
        noise: 0,
        signals: [],
        issues: [
          ['HTTP 500 on POST /api/reports', 3, 7],
          ['HTTP 404 on GET /api/health/readiness', 1, 1],
          ['HTTP 404 on GET /api/health/liveness', 1, 1],
        ],
      },
    ],
    [
      'out of memory',
      {
        errorIncidents: 1,
        warningIncidents: 0,
        noise: 0,
        signals: [{ type: 'OOM', affectedRequests: 3, memory: { limitMib: 1024, usedMib: 1062 } }],
        issues: [['Out of memory: limit 1024 MiB, used 1062 MiB', 1, 4]],
      },
    ],
    ['a scanner', { errorIncidents: 0, warningIncidents: 0, noise: 7, signals: [], issues: [] }],
    [
      'cut traces',
      {
        errorIncidents: 4,
        warningIncidents: 0,
        noise: 0,
        signals: [],
        issues: [['Trace cut by the log, in dashboard (src/admin.py:37)', 4, 4]],
      },
    ],
  ])('%s', (name, expected) => {
    expect(summary(understand(CASES[name]?.() ?? []))).toEqual(expected);
  });

  it('fills the counts by endpoint, type and file', () => {
    const { byFile, byErrorType, byEndpoint } = understand(Object.values(CASES).flatMap((build) => build()));
    expect([...byFile]).toEqual([
      ['src/admin.py', 4],
      ['src/vectors.py', 1],
    ]);
    expect([...byErrorType]).toEqual([
      ['HTTP 500', 3],
      ['OutOfMemory', 1],
      ['ValueError', 1],
    ]);
    expect([...byEndpoint]).toEqual([
      ['POST /api/reports', 3],
      ['GET /api/threads', 1],
    ]);
  });

  it('is empty for no events, and quiet for quiet ones', () => {
    expect(understand([])).toMatchObject({ entries: 0, from: null, to: null, issues: [], bounds: [], context: [] });
    const accumulator = createUnderstanding();
    accumulator.addQuiet({ entries: 7, from: at(0), to: at(9), served: [] });
    expect(accumulator.finish()).toMatchObject({ entries: 7, from: at(0), to: at(9), errorIncidents: 0 });
  });

  it('counts a repeated event once, and the entries of joined ones all', () => {
    const one = event({ severityNumber: 17, entries: 12 });
    expect(understand([one, one, { ...one }])).toMatchObject({ entries: 12, errorIncidents: 1 });
  });

  it('lists slow operations slowest first, one per request, and none for noise', () => {
    const { latency, latencyCount, errorIncidents } = understand([
      requestEntry(at(0), { path: '/slow', durationMs: 4_000 }, { traceId: 'trace-1' }),
      event({ time: at(4_000), attributes: { duration_ms: 3_990 }, traceId: 'trace-1' }),
      event({ time: at(60_000), attributes: { latency_ms: 9_000 } }),
    ]);
    expect(latency.map(({ durationMs }) => durationMs)).toEqual([9_000, 4_000]);
    expect([latencyCount, errorIncidents]).toEqual([2, 0]);
  });

  it('puts into one issue what one template says, and counts users', () => {
    const failed = (index: number) =>
      event({
        time: at(index * 60_000),
        severityNumber: 17,
        body: `could not charge order ${index + 1}0`,
        user: { id: `u-${index % 2}`, name: null },
      });
    const [issue, ...others] = understand([failed(0), failed(1), failed(2)]).issues;
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ incidentCount: 3, affectedUsers: 2, firstSeen: at(0), lastSeen: at(120_000) });
    expect(hashInputs(issue?.why.kind ?? 'msg', issue?.why.inputs)).toBe(issue?.fingerprint);
  });

  it('lets a longer cut trace take the shorter ones that begin like it, if there is one such', () => {
    const cut = (time: number, ...places: string[]) =>
      stackEvent(at(time), [exception(null, null, pythonFrames(...places), { truncated: true })]);
    const long = cut(0, 'stock:9:reserve', 'orders:5:place', 'api:1:post');
    expect(understand([long, cut(60_000, 'orders:5:place', 'api:1:post')]).issues).toHaveLength(1);
    const other = cut(120_000, 'mail:3:send', 'orders:5:place', 'api:1:post');
    expect(understand([long, other, cut(60_000, 'orders:5:place', 'api:1:post')]).issues).toHaveLength(3);
  });

  it('keeps what happened around a failure as context, the nearest', () => {
    const steps = Array.from({ length: 300 }, (_, index) =>
      event({ time: at((index - 150) * 1_000), body: `step ${index}` }),
    );
    const { context, bounds } = understand([...steps, event({ time: at(0), severityNumber: 17 })], { context: 40 });
    expect(context).toHaveLength(40);
    expect(context.every(({ time }) => Math.abs(time - at(0)) <= 20_000)).toBe(true);
    expect(context.map(({ time }) => time)).toEqual(context.map(({ time }) => time).toSorted((a, b) => a - b));
    expect(bounds).toEqual([{ name: 'context', limit: 40, count: 121 - 40 }]);
  });
});

describe('a message without a stack', () => {
  it('is one issue however often it comes: a lone "Script error." of many browsers', () => {
    const lone = Array.from({ length: 6 }, (_, index) =>
      event({ time: at(index * 60_000), severityNumber: 17, body: 'Script error.', instance: `browser-${index}` }),
    );
    const { issues, errorIncidents } = understand(lone);
    expect([errorIncidents, issues.map(({ title, incidentCount }) => [title, incidentCount])]).toEqual([
      6,
      [['Script error.', 6]],
    ]);
  });
});

describe('any order', () => {
  it('gives the same understanding', () => {
    const all = Object.values(CASES).flatMap((build) => build());
    const mixed = [...all, ...all.slice(0, 5)];
    const expected = understand(mixed);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(mixed, { minLength: mixed.length }),
        fc.integer({ min: 1, max: 40 }),
        (shuffled, size) => {
          const accumulator = createUnderstanding();
          for (let start = 0; start < shuffled.length; start += size)
            accumulator.add(shuffled.slice(start, start + size));
          expect(accumulator.finish()).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('mixed traffic', () => {
  /** Failures of 12 bugs, each logged by 1 to 4 layers, with and without traces, on 5 instances; what each event is of is known. */
  function traffic(seed: number, gapMs: number) {
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const truth = new Map<string, { failure: number; bug: number }>();
    const events: Event[] = [];
    let time = 0;
    for (let failure = 0; failure < 1_500; failure++) {
      time += random(2 * gapMs);
      const bug = random(12);
      const built = layersOf({ failure, bug, time }, random);
      for (const one of built) truth.set(one.id, { failure, bug });
      events.push(...built);
    }
    return { events, truth };
  }

  it.each([
    // Where failures lie within each other's span, a few records stay that nothing says whose they are: 4 of 1,500 failures.
    { seed: 1, gapMs: 8_000, issuesABug: 1.1 },
    { seed: 2, gapMs: 2_000, issuesABug: 1.1 },
    { seed: 3, gapMs: 600, issuesABug: 1.34 },
  ])('folds and groups purely (seed $seed, a failure every $gapMs ms)', ({ seed, gapMs, issuesABug }) => {
    const { events, truth } = traffic(seed, gapMs);
    const { issues } = understand(events, { incidentsPerIssue: 100_000, incidentsKept: 1_000_000 });
    const incidents = issues.flatMap((issue) =>
      issue.incidents.map(({ members }) => members.map(({ event: { id } }) => id)),
    );
    const folded = bcubed(incidents, (id) => truth.get(id)?.failure ?? -1);
    const grouped = bcubed(
      issues.map((issue) => issue.incidents.flatMap(({ members }) => members.map(({ event: { id } }) => id))),
      (id) => truth.get(id)?.bug ?? -1,
    );
    expect(incidents.flat()).toHaveLength(events.length);
    expect(folded.purity).toBeGreaterThanOrEqual(0.98);
    expect(folded.f1).toBeGreaterThanOrEqual(0.95);
    expect(grouped.purity).toBeGreaterThanOrEqual(0.98);
    expect(issues.length / new Set([...truth.values()].map(({ bug }) => bug)).size).toBeLessThanOrEqual(issuesABug);
  });
});

describe('inputs of any size', () => {
  const failed = (index: number, gapMs: number) =>
    event({
      id: `f${String(index).padStart(7, '0')}`,
      time: at(index * gapMs),
      severityNumber: 17,
      body: `part ${index % 7} refused`,
      payload: { index },
    });

  it.each([
    ['forwards', (events: Event[]) => events],
    ['backwards', (events: Event[]) => events.toReversed()],
  ])('come to the same counts %s when the bound on candidates is reached, which is stated', (_, order) => {
    const events = order(Array.from({ length: 5_000 }, (__, index) => failed(index, 10_000)));
    const bounded = understand(events, { candidates: 500 });
    const whole = understand(events);
    expect(bounded.errorIncidents).toBe(5_000);
    expect(bounded.errorTimes).toEqual(whole.errorTimes);
    expect(
      bounded.issues
        .map(({ fingerprint, incidentCount, entries, firstSeen, lastSeen }) => ({
          fingerprint,
          incidentCount,
          entries,
          firstSeen,
          lastSeen,
        }))
        .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)),
    ).toEqual(
      whole.issues
        .map(({ fingerprint, incidentCount, entries, firstSeen, lastSeen }) => ({
          fingerprint,
          incidentCount,
          entries,
          firstSeen,
          lastSeen,
        }))
        .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)),
    );
    expect(bounded.bounds.map(({ name, limit }) => [name, limit])).toEqual([['candidates', 500]]);
  });

  it('are let go when all lies within one moment', () => {
    const storm = Array.from({ length: 5_000 }, (_, index) => failed(index, 0.01));
    expect(understand(storm, { candidates: 500 })).toMatchObject({ errorIncidents: 5_000, entries: 5_000 });
    const bounded = understand(storm, { candidateBytes: 200_000 });
    expect(bounded.errorIncidents).toBe(5_000);
    expect(bounded.bounds.map(({ name }) => name)).toEqual(['candidateBytes']);
  });

  it('keep the newest of the worst incidents whole, and payloads of the first ones', () => {
    const [issue] = understand(Array.from({ length: 700 }, (_, index) => failed(index * 7, 60_000))).issues;
    expect(issue?.incidents).toHaveLength(50);
    expect(issue?.incidents.map(({ from }) => from)).toEqual(
      issue?.incidents.map(({ from }) => from).toSorted((a, b) => b - a),
    );
    expect(issue?.incidents[0]?.from).toBe(issue?.lastSeen);
    expect(issue?.incidents.map(({ representative }) => representative.payload !== null)).toEqual(
      Array.from({ length: 50 }, (_, index) => index < 10),
    );
  });

  it('keep few incidents of many issues', () => {
    const events = Array.from({ length: 900 }, (_, index) =>
      stackEvent(at(index * 60_000), [exception(`E${index % 300}`, null, [frame('/app/a.py', 1, `f${index % 300}`)])]),
    );
    const { issues } = understand(events, { incidentsKept: 450 });
    expect(issues).toHaveLength(300);
    expect(issues.reduce((sum, { incidents }) => sum + incidents.length, 0)).toBeLessThanOrEqual(450);
    expect(issues.every(({ incidents, incidentCount }) => incidents.length >= 1 && incidentCount === 3)).toBe(true);
    expect(understand(events, { issues: 100 }).bounds).toEqual([{ name: 'issues', limit: 100, count: 600 }]);
  });

  it('fold 30,000 errors of shared stacks', () => {
    const kinds = Array.from({ length: 40 }, (_, kind) => [
      exception(
        `E${kind}`,
        `failed in ${kind} for good reasons`,
        pythonFrames(...Array.from({ length: 25 }, (__, depth) => `m${kind}x${depth}:1:f`)),
      ),
    ]);
    const storm = Array.from({ length: 30_000 }, (_, index) =>
      index % 3 === 0
        ? requestEntry(at(index * 4), { path: `/p/${index % 9}`, status: 500 })
        : stackEvent(at(index * 4), kinds[index % 40] ?? [], { instance: index % 2 ? `i-${index % 8}` : null }),
    );
    const { errorIncidents } = understand(storm);
    expect(errorIncidents).toBeGreaterThan(1_000);
  });
});

type Random = (below: number) => number;

/** What each layer logs of one failure. */
function layersOf({ failure, bug, time }: { failure: number; bug: number; time: number }, random: Random): Event[] {
  const path = `/api/part-${'abcdefghijkl'[bug]}`;
  const anyInstance = random(3) === 0 ? null : `i-${random(5)}`;
  const anyTrace = random(2) === 0 ? `trace-${failure}` : null;
  const message = messageOf(bug, random);
  const hasStack = bug % 3 !== 0;
  // Half of what has a stack runs where only the platform's entry carries the trace.
  const isUntracedStack = hasStack && bug % 2 === 0;
  const instance = isUntracedStack ? `i-${random(5)}` : anyInstance;
  const traceId = isUntracedStack ? `trace-${failure}` : anyTrace;
  const where = { instance, traceId: isUntracedStack ? null : anyTrace };
  const stacks = hasStack ? stacksOf({ bug, time, message }, where, random) : [];
  if (hasStack && traceId === null) return stacks;
  return [
    ...stacks,
    requestEntry(at(time), { method: 'POST', path, status: 500, durationMs: 20 }, { traceId, instance }),
    accessLine(at(time + 21), { method: 'POST', path, status: 500 }, { instance }),
  ];
}

function messageOf(bug: number, random: Random): string {
  if (bug === 5) return 'part 5 is not configured at all';
  return `part ${bug} refused item ${random(10_000)} of order ${random(10_000)}`;
}

/** One, or three of them, each with more of the frames than the one before. */
function stacksOf(
  { bug, time, message }: { bug: number; time: number; message: string },
  where: { instance: string | null; traceId: string | null },
  random: Random,
): Event[] {
  const part = `part${'abcdefghijkl'[bug]}:${20 + bug}:work`;
  const frames = pythonFrames('lib/db:9:execute', part, `routes:${bug}:handle`, 'main:1:serve');
  const lengths = random(2) === 0 ? [4] : [1, 2, 4];
  return lengths.map((length) =>
    stackEvent(at(time + 10 + length), [exception('PartError', message, frames.slice(0, length))], where),
  );
}

/** BCubed over events (Bagga & Baldwin 1998): precision is purity, recall is completeness. */
function bcubed(groups: string[][], truthOf: (id: string) => number) {
  const sizes = new Map<number, number>();
  for (const group of groups) for (const id of group) sizes.set(truthOf(id), (sizes.get(truthOf(id)) ?? 0) + 1);
  let precision = 0;
  let recall = 0;
  let total = 0;
  for (const group of groups) {
    const counts = new Map<number, number>();
    for (const id of group) counts.set(truthOf(id), (counts.get(truthOf(id)) ?? 0) + 1);
    for (const [which, count] of counts) {
      precision += (count * count) / group.length;
      recall += (count * count) / (sizes.get(which) ?? 1);
    }
    total += group.length;
  }
  precision /= total;
  recall /= total;
  return { purity: precision, f1: (2 * precision * recall) / (precision + recall) };
}
