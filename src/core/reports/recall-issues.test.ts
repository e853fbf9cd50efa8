import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { reportInput } from '../../../test/fixtures/understanding.ts';
import type { Event } from '../events/index.ts';
import { createFrameOrigin } from '../events/index.ts';
import { at, event, exception, pythonFrames, stackEvent } from '../issues/event-fixtures.ts';
import { createFolder, createUnderstanding, isFoldCandidate, type Understanding } from '../issues/index.ts';
import { messagesFor } from '../shared/index.ts';
import { buildReport } from './build.ts';
import { recallIssues } from './recall-issues.ts';

const MINUTE = 60_000;
let now: number;
const clock = { now: () => now };
let stores: OpenedStores;
beforeEach(async () => {
  now = at(60 * MINUTE);
  stores = await DATABASES[0]!.open({ clock });
});
afterEach(() => stores.close());

async function fold(events: Event[]): Promise<void> {
  const projectId = stores.projectIds[0];
  await stores.ingest.events.append({
    events: events.map((one) => ({ projectId, event: one, claimedTime: one.time, isCandidate: isFoldCandidate(one) })),
    records: [],
    dropped: [],
    positions: [],
    at: now,
  });
  const folder = createFolder({ store: stores.ingest.fold, clock, frameOrigin: createFrameOrigin() });
  await folder.pass();
  // Nothing more of them came for so long: they are told.
  now += 5_000;
  await folder.pass();
}
function understand(events: Event[]): Understanding {
  const accumulator = createUnderstanding({ frameOrigin: createFrameOrigin() });
  accumulator.add(events);
  return accumulator.finish();
}
const recall = (understanding: Understanding, from: number | null = at(0)) =>
  recallIssues(understanding, { store: stores.main.fold, projectId: stores.projectIds[0], from });
const known = async () => {
  const filter = { words: [], states: null, projectId: null, service: null, revision: null, assignee: null };
  const page = { minimumSeverity: null, sort: 'first-seen' as const, cursor: null, limit: 100 };
  return (await stores.main.issues.list({ ...filter, ...page })).items;
};
const failure = (time: number, name = 'KeyError', more: Partial<Event> = {}) =>
  stackEvent(time, [exception(name, 'tea', pythonFrames(`cart:7:${name.toLowerCase()}`, 'main:1:serve'))], more);

describe('an issue of a window', () => {
  it('has the id, the state and the first time that the store knows', async () => {
    await fold([failure(at(-90 * MINUTE))]);
    const [stored] = await known();
    const history = { issueId: stored!.id, at: now, actor: 'user:1', action: 'ignored', detail: null };
    const outbox = { kind: 'issue-changed', projectId: stored!.projectId, subjectId: stored!.id, payload: null };
    await stores.main.issues.change(stored!.id, { state: 'ignored', stateSince: now }, history, outbox);
    const understanding = understand([failure(at(10 * MINUTE))]);
    await recall(understanding);
    expect(understanding.issues[0]).toMatchObject({
      id: stored!.id,
      state: 'ignored',
      isNew: false,
      firstSeen: at(-90 * MINUTE),
      incidentCount: 1,
    });
  });

  it('is new when the store saw it first within the window', async () => {
    await fold([failure(at(MINUTE))]);
    const understanding = understand([failure(at(MINUTE))]);
    await recall(understanding, at(0));
    expect(understanding.issues[0]).toMatchObject({ isNew: true, state: 'open' });
    const whole = understand([failure(at(MINUTE))]);
    await recall(whole, null);
    expect(whole.issues[0]!.isNew).toBe(true);
  });

  it('that is not folded yet stays as the window shows it', async () => {
    const understanding = understand([failure(at(MINUTE))]);
    const before = structuredClone(understanding.issues);
    await recall(understanding);
    expect(understanding.issues).toEqual(before);
  });

  it('of another service of the same words is another one', async () => {
    await fold([failure(at(-MINUTE), 'KeyError', { service: 'cart' })]);
    const understanding = understand([failure(at(MINUTE))]);
    await recall(understanding);
    expect(understanding.issues[0]!.isNew).toBeUndefined();
  });

  it('takes no id that another of the window has: two that were merged since are told apart, both known', async () => {
    await fold([failure(at(-90 * MINUTE)), failure(at(-80 * MINUTE), 'TypeError')]);
    const [first, second] = await known();
    const outbox = { kind: 'issue-changed', projectId: first!.projectId, subjectId: second!.id, payload: null };
    await stores.main.issues.merge(second!.id, first!.id, [], outbox);
    const understanding = understand([failure(at(MINUTE)), failure(at(2 * MINUTE), 'TypeError')]);
    await recall(understanding);
    const ids = understanding.issues.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(ids).toContain(first!.id);
    expect(understanding.issues.map(({ isNew, state }) => [isNew, state])).toEqual(Array(2).fill([false, 'open']));
  });

  it('of warnings is left alone', async () => {
    const understanding = understand([event({ time: at(1), severityNumber: 13, body: 'disk nearly full' })]);
    await recall(understanding);
    expect(understanding.issues.every(({ isNew }) => isNew === undefined)).toBe(true);
  });
});

describe('going back, where a store remembers', () => {
  const DAY = 24 * 60 * MINUTE;
  const heard = (revision: string, time: number) => event({ time, observedTime: time, revision });
  const failures = (count: number, revision: string, more: Partial<Event> = {}) =>
    Array.from({ length: count }, (_, index) =>
      failure(at(50 * MINUTE + index * 1_000), 'KeyError', { revision, ...more }),
    );

  /** What the report of the last hour advises about it. */
  async function advice(found: Event[]) {
    const understanding = understand(found);
    await recall(understanding);
    const subject = { service: 'shop', region: null, release: null, revision: null };
    const clock = { now: () => at(60 * MINUTE) };
    const report = buildReport(reportInput(understanding, { subject, clock, messages: messagesFor('en') }));
    return report.recommendations.find(({ action }) => action.toLowerCase().includes('roll'));
  }

  it('is not advised for an issue that is new, though not with the revision: that has run for weeks without it', async () => {
    await fold([heard('r-1', at(-40 * DAY)), heard('r-1', at(-21 * DAY)), heard('r-2', at(-20 * DAY))]);
    const found = failures(6, 'r-2');
    await fold(found);
    expect(await advice(found)).toBeUndefined();
  });

  it('is not advised on the first day: nothing is known of a revision before', async () => {
    const found = [heard('r-2', at(45 * MINUTE)), ...failures(6, 'r-2')];
    await fold(found);
    expect(await advice(found)).toBeUndefined();
  });

  it('is advised for one that came with the revision, to the one that served last before it and had none of it', async () => {
    await fold([
      ...[heard('r-1', at(-9 * DAY)), heard('r-2', at(-3 * DAY)), heard('r-2', at(-40 * MINUTE))],
      // It was tried beside r-2 for an hour, and given up.
      ...[heard('r-3', at(-DAY)), heard('r-3', at(60 * MINUTE - DAY)), heard('r-4', at(-40 * MINUTE))],
    ]);
    const found = failures(6, 'r-4');
    await fold(found);
    expect(await advice(found)).toMatchObject({
      action: 'Roll back to r-2',
      details: expect.stringContaining('1 issue is new on the running revision.'),
    });
  });

  it('is not advised for one that another revision had before, in or out of the window', async () => {
    await fold([...failures(1, 'r-1').map((one) => ({ ...one, time: at(-DAY) })), heard('r-2', at(40 * MINUTE))]);
    const found = failures(6, 'r-2');
    await fold(found);
    expect(await advice(found)).toBeUndefined();
  });

  it('names no revision that served long ago, whatever asks for going back', async () => {
    await fold([heard('r-1', at(-40 * DAY)), heard('r-2', at(-39 * DAY))]);
    const found = failures(11, 'r-2');
    await fold(found);
    expect(await advice(found)).toMatchObject({ action: 'Consider a rollback; no former revision is known' });
  });
});
