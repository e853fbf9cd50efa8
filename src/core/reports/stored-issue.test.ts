import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../../test/contract/open-stores.ts';
import { createFrameOrigin, type Event } from '../events/index.ts';
import { at, event, exception, pythonFrames, stackEvent } from '../issues/event-fixtures.ts';
import { createFolder, isFoldCandidate, type StoredIssue } from '../issues/index.ts';
import { understandStoredIssue } from './stored-issue.ts';

const MINUTE = 60_000;
const frameOrigin = createFrameOrigin();
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
    at: clock.now(),
  });
  const folder = createFolder({ store: stores.ingest.fold, clock, frameOrigin });
  await folder.pass();
  // Nothing more of them came for so long: they are told.
  now += 5_000;
  await folder.pass();
}
async function issueOf(title: string): Promise<StoredIssue> {
  const filter = { words: [], states: null, projectId: null, service: null, revision: null, assignee: null };
  const page = { minimumSeverity: null, sort: 'first-seen' as const, cursor: null, limit: 100 };
  const { items } = await stores.main.issues.list({ ...filter, ...page });
  return items.find((issue) => issue.title.includes(title))!;
}
const understand = (stored: StoredIssue) =>
  understandStoredIssue(stored, {
    issues: stores.main.issues,
    index: stores.main.index,
    understanding: { frameOrigin },
  });
const failure = (time: number, name: string, more: Partial<Event> = {}) =>
  stackEvent(time, [exception(name, 'tea', pythonFrames(`cart:7:${name.toLowerCase()}`, 'main:1:serve'))], more);

describe('a stored issue', () => {
  it('is rebuilt from its members, with the counts of the store and the lines around the newest', async () => {
    const user = { id: 'u-1', name: null };
    const times = Array.from({ length: 14 }, (_, index) => at(index * MINUTE));
    const around = [event({ time: at(13 * MINUTE - 5_000), body: 'asked for tea' })];
    await fold([...times.map((time) => failure(time, 'KeyError', { user })), ...around]);
    const stored = await issueOf('KeyError');
    const found = (await understand(stored))!;
    expect(found.issue).toMatchObject({
      id: stored.id,
      fingerprint: stored.fingerprint,
      title: stored.title,
      incidentCount: 14,
      entries: 14,
      firstSeen: at(0),
      lastSeen: at(13 * MINUTE),
      affectedUsers: 1,
      revisions: ['shop-00007'],
    });
    expect(found.issue.incidents[0]!.from).toBe(at(13 * MINUTE));
    expect(found.issue.incidents[0]!.representative.exceptions[0]!.type).toBe('KeyError');
    expect(found.understanding.issues).toEqual([found.issue]);
    expect(found.understanding.context.map(({ body }) => body)).toContain('asked for tea');
  });

  it('is never another one that failed beside it', async () => {
    await fold([failure(at(0), 'KeyError'), ...[1, 2, 3].map((second) => failure(at(second * 1_000), 'TypeError'))]);
    const stored = await issueOf('KeyError');
    // As after a change of the rules for frames: no hash is what it was.
    const renamed = {
      ...stores.main.issues,
      about: async (id: string) => ({ ...(await stores.main.issues.about(id)), hashes: [] }),
    };
    const found = await understandStoredIssue(stored, {
      issues: renamed,
      index: stores.main.index,
      understanding: { frameOrigin },
    });
    expect(found!.issue.incidents[0]!.representative.exceptions[0]!.type).toBe('KeyError');
  });

  it('with an incident of very many members still shows what it is', async () => {
    const traceId = 'a'.repeat(32);
    const lines = Array.from({ length: 400 }, (_, index) =>
      event({ time: at(index), severityNumber: 17, body: 'could not go on', traceId, instance: 'i-1' }),
    );
    await fold([...lines, failure(at(500), 'KeyError', { traceId, instance: 'i-1' })]);
    const stored = await issueOf('KeyError');
    const found = (await understand(stored))!;
    expect(found.issue.incidents[0]!.representative.exceptions[0]!.type).toBe('KeyError');
  });

  it('of which no event is left is null', async () => {
    await fold([failure(at(0), 'KeyError')]);
    const stored = await issueOf('KeyError');
    await stores.main.index.remove([stored.firstEventSeq, stored.lastEventSeq]);
    expect(await understand(stored)).toBeNull();
  });
});
