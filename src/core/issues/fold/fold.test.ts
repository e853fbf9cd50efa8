import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../events/index.ts';
import { classify } from '../classify.ts';
import {
  accessLine,
  at,
  completedLine,
  event,
  exception,
  pythonFrames,
  request,
  requestEntry,
  stackEvent,
} from '../event-fixtures.ts';
import { DEFAULT_UNDERSTANDING_LIMITS as limits } from '../limits.ts';
import { type FoldedIncident, fold } from './fold.ts';

function foldEvents(events: readonly Event[]): FoldedIncident[] {
  return fold(
    events.map((one) => ({ event: one, ...classify(one, limits) })),
    { limits },
  );
}

/** The incidents as sets of event ids, for comparing. */
function shape(incidents: readonly FoldedIncident[]): string[] {
  return incidents.map(
    ({ kind, representative, members }) =>
      `${kind} ${representative.event.id}: ${members.map(({ candidate, foldedBy }) => `${candidate.event.id} ${foldedBy}`).join(', ')}`,
  );
}

const refused = 'could not reserve article 4711 in warehouse 3';
const outer = pythonFrames('lib/db:9:execute', 'stock:40:reserve', 'orders:12:place', 'api:7:post');
const valueError = (message = refused, frames = outer) => exception('ValueError', message, frames);

describe('one request', () => {
  it('folds what carries its trace or request id within 30 s, and takes the stack for the representative', () => {
    const stack = stackEvent(at(20), [valueError()], { traceId: 'trace-1' });
    const incidents = foldEvents([
      requestEntry(at(0), { method: 'POST', path: '/orders', status: 500 }, { traceId: 'trace-1' }),
      event({ time: at(10), severityNumber: 17, body: 'order refused', traceId: 'trace-1' }),
      event({ time: at(12), severityNumber: 13, body: 'stock is low', traceId: 'trace-1' }),
      stack,
    ]);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.representative.event).toBe(stack);
    expect(incidents[0]?.members.map(({ foldedBy }) => foldedBy)).toEqual([
      'trace',
      'trace',
      'trace',
      'representative',
    ]);
  });

  it('is another one after 30 s, under another id, or in another service', () => {
    const failed = (fields: Partial<Event>) => event({ severityNumber: 17, body: 'refused', ...fields });
    expect(foldEvents([failed({ traceId: 'trace-1' }), failed({ traceId: 'trace-1', time: at(30_001) })])).toHaveLength(
      2,
    );
    expect(foldEvents([failed({ traceId: 'trace-1' }), failed({ traceId: 'trace-2' })])).toHaveLength(2);
    expect(
      foldEvents([failed({ traceId: 'trace-1' }), failed({ traceId: 'trace-1', service: 'billing' })]),
    ).toHaveLength(2);
    expect(
      foldEvents([failed({ traceId: '00000000000000000000' }), failed({ traceId: '00000000000000000000' })]),
    ).toHaveLength(2);
  });

  it('is found by the id the service gave it, from fields of any layer', () => {
    const incidents = foldEvents([
      event({ severityNumber: 17, body: 'refused', request: request({ id: 'req-0001', status: null }) }),
      event({ severityNumber: 17, body: 'gave up', time: at(5), attributes: { request_id: 'req-0001' } }),
    ]);
    expect(incidents.map(({ members }) => members.map(({ foldedBy }) => foldedBy))).toEqual([
      ['representative', 'request-id'],
    ]);
  });

  it('with two unrelated stacks is two incidents, linked, its own record with the later one', () => {
    const mail = exception(
      'ConnectionError',
      'the mail server does not answer',
      pythonFrames('lib/smtp:3:connect', 'mail:8:send'),
    );
    const incidents = foldEvents([
      requestEntry(at(0), { path: '/orders', status: 500 }, { traceId: 'trace-1' }),
      stackEvent(at(5), [mail], { traceId: 'trace-1' }),
      stackEvent(at(9), [valueError()], { traceId: 'trace-1' }),
    ]);
    expect(incidents).toHaveLength(2);
    const [later, earlier] = incidents;
    expect(later?.members).toHaveLength(2);
    expect(later?.representative.event.exceptions[0]?.type).toBe('ValueError');
    expect(earlier?.linked).toEqual([later]);
    expect(later?.linked).toEqual([earlier]);
  });
});

describe('HTTP twins', () => {
  const thrice = (start: number) => [
    requestEntry(at(start), { method: 'POST', path: '/reports', status: 500, durationMs: 4 }),
    completedLine(at(start + 9), 'POST', '/reports', 500),
    accessLine(at(start + 10), { method: 'POST', path: '/reports', status: 500 }),
  ];

  it('are the three layers that log one request: three requests are three incidents', () => {
    const incidents = foldEvents([...thrice(0), ...thrice(400), ...thrice(60_000)]);
    expect(incidents.map(({ members }) => members.map(({ foldedBy }) => foldedBy))).toEqual(
      Array(3).fill(['representative', 'http-twin', 'http-twin']),
    );
  });

  it('are matched when a layer is missing, and across instances whose names differ per entry', () => {
    const [, , access] = thrice(0);
    const incidents = foldEvents([
      ...(access ? [access] : []),
      ...thrice(2_000).map((one, index) => ({ ...one, instance: `i-${index}` })),
    ]);
    expect(incidents.map(({ members }) => members.length)).toEqual([1, 3]);
  });

  it('are found for slow requests, whose platform entry carries the start', () => {
    const entry = requestEntry(at(0), { path: '/slow', status: 504, durationMs: 29_000 });
    expect(foldEvents([entry, accessLine(at(29_100), { path: '/slow', status: 504 })])).toHaveLength(1);
    expect(foldEvents([entry, accessLine(at(31_000), { path: '/slow', status: 504 })])).toHaveLength(2);
  });

  it('differ in method, path, status, or revision', () => {
    const entry = requestEntry(at(0), { path: '/a', status: 500 });
    expect(foldEvents([entry, accessLine(at(5), { path: '/b', status: 500 })])).toHaveLength(2);
    expect(foldEvents([entry, accessLine(at(5), { path: '/a', status: 502 })])).toHaveLength(2);
    expect(foldEvents([entry, accessLine(at(5), { path: '/a', status: 500, method: 'PUT' })])).toHaveLength(2);
    expect(
      foldEvents([entry, accessLine(at(5), { path: '/a', status: 500 }, { revision: 'shop-00008' })]),
    ).toHaveLength(2);
  });

  it('of one layer are two requests, however near', () => {
    expect(
      foldEvents([accessLine(at(0), { path: '/a', status: 500 }), accessLine(at(1), { path: '/a', status: 500 })]),
    ).toHaveLength(2);
  });

  it('stay with their trace: two traced requests never meet over an untraced line', () => {
    const incidents = foldEvents([
      requestEntry(at(0), { path: '/a', status: 500 }, { traceId: 'trace-1' }),
      requestEntry(at(2), { path: '/a', status: 500 }, { traceId: 'trace-2' }),
      accessLine(at(7), { path: '/a', status: 500 }),
      accessLine(at(8), { path: '/a', status: 500 }),
    ]);
    expect(incidents.map(({ members }) => members.length)).toEqual([2, 2]);
  });

  it('of a burst are matched one to one', () => {
    const burst = Array.from({ length: 200 }, (_, index) => thrice(index * 3)).flat();
    const incidents = foldEvents(burst);
    expect(incidents.length).toBeGreaterThanOrEqual(200);
    expect(incidents.length).toBeLessThanOrEqual(204);
  });
});

describe('one exception, logged by several layers', () => {
  const inner = pythonFrames('lib/db:9:execute');
  const middle = pythonFrames('lib/db:9:execute', 'stock:40:reserve');
  const layers = (start: number, instance: (layer: number) => string | null) =>
    [inner, middle, inner, outer].map((frames, layer) =>
      stackEvent(at(start + layer), [valueError(frames === inner ? refused : `${refused} in upsert.`, frames)], {
        instance: instance(layer),
      }),
    );

  it('is one incident though every entry names another instance, and the fullest stack represents it', () => {
    const incidents = foldEvents(layers(0, (layer) => `i-${layer}`));
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.representative.event.exceptions[0]?.frames).toBe(outer);
    expect(incidents[0]?.members.map(({ foldedBy }) => foldedBy)).toEqual([
      'inner-stack',
      'inner-stack',
      'inner-stack',
      'representative',
    ]);
  });

  it('absorbs inner views that came before the stack that holds them', () => {
    const [first, , third, last] = layers(0, () => null) as [Event, Event, Event, Event];
    expect(foldEvents([first, third, last])).toHaveLength(1);
  });

  it('is two incidents when it happened twice at once', () => {
    expect(foldEvents([...layers(0, () => null), ...layers(2, () => null)])).toHaveLength(2);
    expect(foldEvents([stackEvent(at(0), [valueError()]), stackEvent(at(1), [valueError()])])).toHaveLength(2);
  });

  it('needs nearness, the same revision, the same type and the same message', () => {
    const apart = (more: Partial<Event>, other = valueError(refused, inner)) =>
      foldEvents([stackEvent(at(0), [valueError()]), stackEvent(at(50), [other], more)]).length;
    expect(apart({})).toBe(1);
    expect(apart({ time: at(101) })).toBe(2);
    expect(apart({ revision: 'shop-00008' })).toBe(2);
    expect(apart({}, exception('KeyError', refused, inner))).toBe(2);
    expect(apart({}, valueError('something else went wrong here', inner))).toBe(2);
  });

  it('of one instance takes 2 s: equal stacks, one crash line, a cause and what wraps it', () => {
    const same = { instance: 'i-1' };
    const wrapped = [
      exception('OrderFailed', 'order 12', pythonFrames('orders:14:place', 'api:7:post')),
      exception('ValueError', refused, pythonFrames('stock:40:reserve'), { relation: 'cause' }),
    ];
    expect(
      foldEvents([stackEvent(at(0), [valueError()], same), stackEvent(at(1_900), [valueError()], same)]),
    ).toHaveLength(1);
    expect(
      foldEvents([stackEvent(at(0), [valueError()], same), stackEvent(at(2_100), [valueError()], same)]),
    ).toHaveLength(2);
    expect(foldEvents([stackEvent(at(0), [valueError()], same), stackEvent(at(900), wrapped, same)])).toHaveLength(1);
  });

  it('never joins two requests', () => {
    const failing = (index: number) =>
      stackEvent(at(index * 5), [valueError()], { instance: 'i-1', traceId: `trace-${index}` });
    expect(foldEvents([failing(0), failing(1), failing(2)])).toHaveLength(3);
  });
});

describe('a request that failed and a stack that names none', () => {
  const failed = (start: number) =>
    requestEntry(at(start), { path: '/orders', status: 500, durationMs: 40 }, { instance: 'i-1' });
  const stack = (time: number) => stackEvent(at(time), [valueError()], { instance: 'i-1' });

  it('are one failure when each is the only one there', () => {
    const incidents = foldEvents([failed(0), stack(30)]);
    expect(incidents.map(({ members }) => members.map(({ foldedBy }) => foldedBy))).toEqual([
      ['request-span', 'representative'],
    ]);
  });

  it('are kept apart in doubt', () => {
    expect(foldEvents([failed(0), failed(10), stack(30)])).toHaveLength(3);
    expect(foldEvents([failed(0), stack(500)])).toHaveLength(2);
    const other = stackEvent(at(20), [exception('KeyError', 'basket', pythonFrames('basket:3:get'))], {
      instance: 'i-1',
    });
    expect(foldEvents([failed(0), other, stack(30)])).toHaveLength(3);
  });
});

describe('a death', () => {
  const system = {
    kind: 'cloud-logging',
    name: 'p',
    position: '1',
    stream: 'projects/p/logs/run.googleapis.com%2Fvarlog%2Fsystem|x',
  };
  const outOfMemory = (time: number, instance: string | null) =>
    event({
      time: at(time),
      severityNumber: 17,
      body: 'Memory limit of 512 MiB exceeded with 573 MiB used.',
      instance,
      source: system,
    });
  const lost = (time: number, instance: string, body = 'POST /x → 503') =>
    requestEntry(at(time), { method: 'POST', path: '/x', status: 503 }, { instance, body });
  const saysLost =
    'The request failed because either the HTTP response was malformed or connection to the instance had an error.';

  it('takes the failed requests of its instance from 60 s before to 10 s after, and counts them', () => {
    const incidents = foldEvents([
      lost(-60_001, 'i-1'),
      lost(-59_000, 'i-1'),
      lost(-3_000, 'i-1'),
      outOfMemory(0, 'i-1'),
      lost(9_900, 'i-1'),
      lost(10_100, 'i-1'),
    ]);
    expect(incidents.map(({ members }) => members.length)).toEqual([1, 4, 1]);
    expect(incidents[1]).toMatchObject({
      affectedRequests: 3,
      representative: { event: { body: expect.stringContaining('Memory limit') } },
    });
  });

  it('takes those of its revision only if their own text says that the process was lost', () => {
    const incidents = foldEvents([lost(-5_000, 'i-2', saysLost), lost(-4_000, 'i-3'), outOfMemory(0, 'i-1')]);
    expect(incidents.map(({ members, affectedRequests }) => [members.length, affectedRequests])).toEqual([
      [2, 1],
      [1, 0],
    ]);
  });

  it('is one death, whatever the platform says of it: limit, signal, exit', () => {
    const signal = event({
      time: at(40),
      severityNumber: 13,
      body: 'Container terminated on signal 9.',
      instance: 'i-1',
      source: system,
    });
    const incidents = foldEvents([outOfMemory(0, 'i-1'), signal, outOfMemory(500, 'i-2')]);
    expect(incidents.map(({ members, signal: told }) => [members.length, told?.signal?.type])).toEqual([
      [2, 'OOM'],
      [1, 'OOM'],
    ]);
  });

  it('by exit is explained by the stack its instance logged just before, and by no other', () => {
    const exit = event({
      time: at(500),
      severityNumber: 13,
      body: 'Container called exit(1).',
      instance: 'i-1',
      source: system,
    });
    const fatal = stackEvent(at(0), [valueError()], { instance: 'i-1' });
    const [incident, ...rest] = foldEvents([exit, fatal]);
    expect(rest).toEqual([]);
    expect([incident?.representative.event.id, incident?.signal?.signal?.type]).toEqual([fatal.id, 'CRASH']);
    expect(foldEvents([exit, stackEvent(at(0), [valueError()], { instance: 'i-2' })])).toHaveLength(2);
    expect(foldEvents([exit, stackEvent(at(-1_501), [valueError()], { instance: 'i-1' })])).toHaveLength(2);
    expect(foldEvents([exit, stackEvent(at(600), [valueError()], { instance: 'i-1' })])).toHaveLength(2);
  });

  it('leaves a request that logged a stack of its own', () => {
    const own = [
      requestEntry(at(-2_000), { path: '/x', status: 500 }, { instance: 'i-1', traceId: 'trace-1' }),
      stackEvent(at(-1_990), [valueError()], { instance: 'i-1', traceId: 'trace-1' }),
    ];
    expect(foldEvents([...own, outOfMemory(0, 'i-1')])).toHaveLength(2);
  });
});

describe('the order of arrival', () => {
  const pool: Event[] = [0, 300, 340, 5_000].flatMap((start, index) => [
    requestEntry(
      at(start),
      { path: '/a', status: 500, durationMs: 20 },
      { instance: `i-${index % 2}`, traceId: index % 2 ? `trace-${index}` : null },
    ),
    accessLine(at(start + 22), { path: '/a', status: 500 }, { instance: `i-${index % 2}` }),
    stackEvent(at(start + 18), [valueError()], { instance: `i-${index % 2}` }),
    stackEvent(at(start + 17), [valueError(refused, outer.slice(0, 2))]),
    event({
      time: at(start + 15),
      severityNumber: 13,
      body: 'stock is low',
      traceId: index % 2 ? `trace-${index}` : null,
    }),
    event({ time: at(start + 900), severityNumber: 17, body: 'Container called exit(1).', instance: `i-${index % 2}` }),
  ]);

  it('does not matter', () => {
    const expected = shape(foldEvents(pool));
    fc.assert(
      fc.property(fc.shuffledSubarray(pool, { minLength: pool.length }), (shuffled) => {
        expect(shape(foldEvents(shuffled))).toEqual(expected);
      }),
    );
  });

  it('keeps every event in exactly one incident', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(pool), (some) => {
        const ids = foldEvents(some).flatMap(({ members }) => members.map(({ candidate }) => candidate.event.id));
        expect(ids.toSorted()).toEqual(some.map(({ id }) => id).toSorted());
      }),
    );
  });
});
