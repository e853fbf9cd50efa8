import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES, type OpenedStores } from '../../test/contract/open-stores.ts';
import { makeRepository, type TemporaryRepository } from '../../test/fixtures/make-repository.ts';
import { configurationSchema } from '../config/schema.ts';
import { createFrameOrigin } from '../core/events/index.ts';
import { exception, frame, stackEvent } from '../core/issues/event-fixtures.ts';
import { createFolder, isFoldCandidate } from '../core/issues/index.ts';
import { createWorkPool } from './work-pool.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const CODE = ['def total(order):', '    price = PRICES[order.item]', '    return price * order.count', ''];
let stores: OpenedStores;
let repository: TemporaryRepository;
let pool: ReturnType<typeof createWorkPool>;
let now: number;

beforeEach(async () => {
  now = Date.now() - 10 * MINUTE;
  stores = await DATABASES[0]!.open({ clock: { now: () => now } });
  repository = makeRepository([
    {
      subject: 'Add the cart',
      time: now - 300 * DAY,
      files: { 'src/cart.py': CODE.join('\n').replace('PRICES[order.item]', 'PRICES.get(order.item)') },
    },
    { subject: 'Look prices up directly', time: now - DAY, files: { 'src/cart.py': CODE.join('\n') } },
  ]);
  const folder = (stores.location as { folder: string }).folder;
  const configuration = configurationSchema.parse({ dataFolder: folder, repository: { path: repository.folder } });
  pool = createWorkPool({ configuration, folder });
});
afterEach(async () => {
  await pool.stop();
  await stores.close();
  repository.remove();
});

async function fail(): Promise<string> {
  const revision = repository.hashes[1]!;
  const place = frame('/app/src/cart.py', 2, 'total');
  const events = [0, 1, 2].map((index) =>
    stackEvent(now - index * MINUTE, [exception('KeyError', 'tea', [place])], { revision, observedTime: now }),
  );
  const projectId = stores.projectIds[0];
  await stores.ingest.events.append({
    events: events.map((event) => ({ projectId, event, claimedTime: event.time, isCandidate: isFoldCandidate(event) })),
    records: [
      {
        projectId,
        kind: 'feedback',
        id: 'f1',
        time: now,
        payload: { eventId: events[0]!.id, message: 'It stays empty' },
      },
    ],
    dropped: [],
    positions: [],
    at: now,
  });
  const clock = { now: () => now };
  const folder = createFolder({ store: stores.ingest.fold, clock, frameOrigin: createFrameOrigin() });
  await folder.pass();
  now += 5_000;
  const { changes } = await folder.pass();
  return changes[0]!.issueId;
}
const ask = (fields: object = {}) =>
  pool.makeReport({
    projectId: stores.projectIds[0],
    service: 'shop',
    freshness: '1h',
    occasion: 'demand',
    intervalMs: null,
    ...fields,
  });

describe('the work thread', () => {
  it('makes a report of what is stored, keeps it, and gives the issues the ids the store has', async () => {
    const issueId = await fail();
    const { stored, content } = await ask();
    expect(stored).toMatchObject({
      status: content!.status,
      service: 'shop',
      errors: 3,
      occasion: 'demand',
      problem: null,
    });
    expect(stored.to! - stored.from!).toBeGreaterThanOrEqual(2 * MINUTE);
    expect(stored.to! - stored.from!).toBeLessThanOrEqual(60 * MINUTE);
    expect(content!.issues.map(({ id }) => id)).toEqual([issueId]);
    expect(await stores.main.reports.get(stored.id)).toMatchObject({
      about: stored,
      content: { status: content!.status },
    });
    expect((await stores.main.outbox.due(['report-made'], 10)).map(({ subjectId }) => subjectId)).toEqual([stored.id]);
  });

  it('is no OK that was not seen: where a source cannot be read it says so, or how far it was seen', async () => {
    const folder = (stores.location as { folder: string }).folder;
    const sources = { cloudLoggingEveryMs: 60_000, cloudLoggingProject: 'shop' };
    const given = { dataFolder: folder, service: 'shop', cloudLogging: { project: 'p' }, sources };
    const pulling = createWorkPool({ configuration: configurationSchema.parse(given), folder });
    const request = { projectId: stores.projectIds[0], service: 'shop', freshness: '1h', intervalMs: null };
    const look = async (seenUntil: number | null, problem: string | null, service = 'shop') => {
      const failingSince = problem === null ? null : Date.now();
      await stores.ingest.sourceStates.note({ source: 'cloud-logging:p', seenUntil, problem, failingSince });
      const { stored, content } = await pulling.makeReport({ ...request, service, occasion: 'demand' });
      return { status: stored.status, to: stored.to, complete: content?.window.complete, problem: stored.problem };
    };
    try {
      const recently = Date.now() - 20_000;
      expect(await look(recently, null)).toEqual({ status: 'OK', to: recently, complete: true, problem: null });
      const lately = Date.now() - 30 * MINUTE;
      expect(await look(lately, 'no access')).toEqual({ status: 'OK', to: lately, complete: false, problem: null });
      expect(await look(lately, null)).toMatchObject({ status: 'OK', to: lately, complete: false });
      const long = 'Cloud Logging p was never read (no access); what it has since is missing.';
      const unseen = { status: 'could not look', to: null, complete: undefined };
      expect(await look(null, 'no access')).toEqual({ ...unseen, problem: long });
      expect(await look(Date.now() - 61 * MINUTE, 'no access')).toMatchObject(unseen);
      expect(await look(null, 'no access', 'cart')).toMatchObject({ status: 'OK', complete: true });
      // What others told of it is no less true.
      await fail();
      expect(await look(null, 'no access')).toMatchObject({ status: 'DEGRADED', complete: false });
    } finally {
      await pulling.stop();
    }
  });

  it('keeps a look that failed as that, not as nothing found', async () => {
    const { stored, content } = await ask({ freshness: 'yesterday' });
    expect([stored.status, content, stored.problem !== null, stored.from]).toEqual([
      'could not look',
      null,
      true,
      null,
    ]);
    expect((await stores.main.reports.get(stored.id))!.about.status).toBe('could not look');
  });

  it('shows the code, the commit that brought it and what that did', async () => {
    const issueId = await fail();
    const evidence = await pool.evidenceOf(issueId, 'en');
    expect(evidence.snippets[0]).toMatchObject({ file: 'src/cart.py', line: 2 });
    expect(evidence.suspects.commits[0]).toMatchObject({
      hash: repository.hashes[1],
      subject: 'Look prices up directly',
    });
    expect(evidence.suspects.commits[0]!.diff).toContain('+    price = PRICES[order.item]');
    const { markdown } = await pool.handOffOf(issueId, 'en');
    expect(markdown).toContain('src/cart.py');
    expect(markdown).toContain('| It stays empty');
  });

  it('says not_found across the thread, and goes on', async () => {
    await expect(pool.evidenceOf('issue-none', 'en')).rejects.toMatchObject({
      code: 'not_found',
      about: { reason: 'issue-none' },
    });
    await expect(pool.handOffOf('issue-none', 'fr')).rejects.toMatchObject({ code: 'not_found' });
    expect((await ask()).stored.status).toBe('OK');
  });

  it('leaves nobody waiting when it is stopped, and does not come back', async () => {
    const calls = [ask(), pool.evidenceOf('issue-none', 'en')];
    const settled = Promise.allSettled(calls);
    await pool.stop();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(ask()).rejects.toMatchObject({ code: 'internal' });
  });
});
