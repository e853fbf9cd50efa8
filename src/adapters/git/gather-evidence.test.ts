import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  GIT_ENVIRONMENT,
  type MadeCommit,
  makeRepository,
  type TemporaryRepository,
} from '../../../test/fixtures/make-repository.ts';
import type { Event, Exception, Frame } from '../../core/events/index.ts';
import { type GatherEvidenceOptions, gatherEvidence } from '../../core/evidence/index.ts';
import type { Issue, Understanding } from '../../core/issues/index.ts';
import { messagesFor } from '../../core/shared/index.ts';
import { type OpenRepository, openRepository } from './open-repository.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2025, 9, 20);
const ORDERS = [
  'def charge(order):',
  '    return order',
  '',
  '',
  'def place(order, currency):',
  '    total = order.sum()',
  '    return charge(total / order.count)',
  '',
].join('\n');
const FIXED = ORDERS.replace('order.count', 'max(1, order.count)');

const HISTORY: MadeCommit[] = [
  {
    subject: 'Start',
    time: NOW - 200 * DAY,
    files: {
      'shop/orders.py': FIXED,
      'AGENTS.md': 'Run the tests with `pytest -q`.\n',
      CODEOWNERS: '/shop/ @org/shop\n',
      'shop/secret': { link: '/etc/passwd' },
    },
    tag: 'v1',
  },
  { subject: 'Divide | "plainly" ☕', time: NOW - 2 * DAY, author: 'Zoë', files: { 'shop/orders.py': ORDERS } },
  { subject: 'Write notes', time: NOW - DAY, files: { 'notes.md': 'x' } },
];

const made: TemporaryRepository[] = [];
const opened: OpenRepository[] = [];
afterAll(() => {
  for (const repository of opened) repository.close();
  for (const repository of made) repository.remove();
});

function make(commits: readonly MadeCommit[]): TemporaryRepository {
  const repository = makeRepository(commits);
  made.push(repository);
  return repository;
}

async function open(folder: string): Promise<OpenRepository> {
  const repository = await openRepository(folder, { environment: GIT_ENVIRONMENT });
  opened.push(repository);
  return repository;
}

function frame(about: Partial<Frame>): Frame {
  return {
    file: '/workspace/shop/orders.py',
    line: 7,
    column: null,
    function: 'place',
    module: null,
    code: 'return charge(total / order.count)',
    inApp: null,
    origin: null,
    ...about,
  };
}

interface Crash {
  frames?: Frame[];
  message?: string;
  revision?: string | null;
  labels?: Record<string, string>;
}

function understand({
  frames = [frame({})],
  message = 'division by zero',
  revision = null,
  labels = {},
}: Crash = {}): Understanding {
  const exception: Exception = {
    type: 'ZeroDivisionError',
    message,
    module: null,
    frames,
    language: 'python',
    relation: 'raised',
    parent: null,
    handled: null,
    truncated: false,
  };
  const event = {
    id: 'e',
    time: NOW,
    revision,
    exceptions: [exception],
    attributes: labels,
    payload: null,
  } as unknown as Event;
  const incident = { id: 'i', representative: event, members: [{ event, foldedBy: 'representative' }] };
  const issue = {
    kind: 'error',
    id: 'issue',
    incidents: [incident],
    firstSeen: NOW,
    lastSeen: NOW,
    revisions: revision ? [revision] : [],
  };
  return { issues: [issue as unknown as Issue], context: [] } as unknown as Understanding;
}

async function gather(folder: string | null, crash: Crash = {}, options: Partial<GatherEvidenceOptions> = {}) {
  const repository = folder === null ? null : await open(folder);
  const evidence = await gatherEvidence({
    understanding: understand(crash),
    repository,
    messages: messagesFor('en'),
    ...options,
  });
  return { ...evidence, issue: evidence.byIssue.get('issue') };
}

describe('gatherEvidence', () => {
  const history = make(HISTORY);

  it('finds file, line, code, guilty commit, owner and test command of a crash', async () => {
    const { issue, running, truth, recentCommits } = await gather(history.folder, {}, { runningRevision: 'HEAD' });
    expect({ truth, running: running?.sha }).toEqual({ truth: 'running revision', running: history.hashes[2] });
    expect(issue?.culprits[0]).toMatchObject({ path: 'shop/orders.py', rank: 1 });
    const [snippet] = issue?.snippets ?? [];
    expect(snippet).toMatchObject({ line: 7, function: 'place', note: null, commit: history.hashes[2] });
    const shown = history.git('show', `${snippet?.commit}:${snippet?.path}`).split('\n');
    expect(snippet?.code.trimEnd()).toBe(
      shown
        .slice((snippet?.fromLine ?? 0) - 1, snippet?.toLine)
        .join('\n')
        .trimEnd(),
    );
    expect(issue?.suspects.suspects[0]).toMatchObject({
      commit: { sha: history.hashes[1], subject: 'Divide | "plainly" ☕', authorName: 'Zoë' },
      reasons: expect.arrayContaining([expect.stringContaining('shop/orders.py:7')]),
    });
    expect(issue?.owners).toEqual([{ owner: '@org/shop', file: 'shop/orders.py', rule: '/shop/ @org/shop' }]);
    expect(issue?.testCommand).toBe('pytest -q');
    expect(recentCommits.map(({ subject, isInRunningRevision }) => [subject, isInRunningRevision])).toEqual([
      ['Write notes', true],
      ['Divide | "plainly" ☕', true],
      ['Start', true],
    ]);
  });

  it('takes a repository that nobody named for the watched code once it holds a failing file', async () => {
    const guessed = { isRepositoryGuessed: true };
    expect(await gather(history.folder, {}, guessed)).toMatchObject({
      issue: { snippets: [{ path: 'shop/orders.py' }] },
    });
    const other = make([{ subject: 'Something else', files: { 'other/thing.py': 'pass\n' } }]);
    expect(await gather(other.folder, {}, guessed)).toMatchObject({
      truth: 'unavailable',
      recentCommits: [],
      reason: expect.stringContaining('--repo'),
    });
    expect((await gather(other.folder)).recentCommits).toHaveLength(1);
  });

  it('reads the code of the revision that runs, not of the newest', async () => {
    const fixed = frame({ code: 'return charge(total / max(1, order.count))' });
    const { issue, recentCommits } = await gather(history.folder, { frames: [fixed] }, { runningRevision: 'v1' });
    expect(issue?.snippets[0]?.code).toContain('max(1, order.count)');
    expect(issue?.suspects).toMatchObject({ verdict: 'none likely', suspects: [] });
    expect(recentCommits.filter(({ isInRunningRevision }) => isInRunningRevision)).toHaveLength(1);
  });

  it('reads the code of the revision that an issue was seen at, where another runs by now', async () => {
    const [first = '', , newest] = history.hashes;
    const fixed = frame({ code: 'return charge(total / max(1, order.count))' });
    const crash = { frames: [fixed], revision: 'v1' };
    const { issue, running } = await gather(history.folder, crash, { runningRevision: newest! });
    expect([running?.sha, issue?.commit]).toEqual([newest, first]);
    expect(issue?.snippets[0]).toMatchObject({ commit: first, truth: 'running revision', note: null });
    expect(issue?.snippets[0]?.code).toContain('max(1, order.count)');
    expect(issue?.reason).toContain('v1');
    const unknown = await gather(history.folder, { revision: 'shop-7' }, { runningRevision: newest! });
    expect(unknown.issue?.commit).toBe(newest);
  });

  it('learns the commit from a label, a name with its hash, or the configuration', async () => {
    const [first = '', second = ''] = history.hashes;
    const shas = await Promise.all([
      gather(history.folder, { revision: 'shop-1', labels: { 'commit-sha': second } }),
      gather(history.folder, { revision: `shop-00042-${second.slice(0, 10)}` }),
      gather(history.folder, { revision: 'shop-1' }, { revisionCommits: { 'shop-1': 'v1' } }),
    ]);
    expect(shas.map(({ running }) => running?.sha)).toEqual([second, second, first]);
  });

  it('takes the nearest revision, and says so, when the running one is not known', async () => {
    const unknown = await gather(history.folder, { revision: 'shop-00042-abc' });
    expect(unknown).toMatchObject({ truth: 'nearest revision', running: null });
    expect(unknown.reason).toContain('shop-00042-abc');
    expect(unknown.issue?.snippets[0]?.truth).toBe('nearest revision');
    const named = await gather(history.folder, {}, { runningRevision: 'v9' });
    expect(named).toMatchObject({ truth: 'nearest revision', reason: expect.stringContaining('does not know v9') });
  });

  it('shows no code that is not what ran', async () => {
    const { issue } = await gather(history.folder, { frames: [frame({ code: 'something(else)' })] });
    expect(issue?.snippets).toEqual([]);
    expect(issue?.reason).toContain('source differs');
  });

  it('never reads outside the repository', async () => {
    const frames = ['/etc/passwd', '../../../etc/passwd', '/app/shop/secret', '/app/../etc/passwd'].map((file) =>
      frame({ file, line: 1, code: null }),
    );
    const { issue } = await gather(history.folder, { frames });
    expect(issue?.snippets).toEqual([]);
    expect(JSON.stringify(issue)).not.toContain('root:');
  });

  it('shows the callee that the message names beside the caller', async () => {
    const { issue } = await gather(history.folder, { message: 'charge() missing 1 required positional argument' });
    expect(issue?.culprits.map(({ frame: { function: name, line } }) => [name, line])).toEqual([
      ['place', 7],
      ['charge', 1],
    ]);
  });

  it('puts commits between the deployments first', async () => {
    const options = { runningRevision: 'HEAD', previousRevision: 'old', revisionCommits: { old: 'v1', new: 'HEAD' } };
    const { issue } = await gather(history.folder, { revision: 'new' }, options);
    expect(issue).toMatchObject({ firstSeenRevision: 'new', lastRevisionWithout: 'old' });
    expect(issue?.suspects.suspects[0]).toMatchObject({ commit: { sha: history.hashes[1] }, confidence: 'high' });
  });

  it('says "could not look" where the history is cut off, without a repository, or in an empty one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'guardian-shallow-'));
    history.git('clone', '-q', '--depth', '1', `file://${history.folder}`, join(folder, 'clone'));
    const shallow = await gather(join(folder, 'clone'));
    expect(shallow.issue?.suspects).toMatchObject({
      verdict: 'could not look',
      reason: expect.stringContaining('shallow'),
    });
    expect(shallow.issue?.snippets).toHaveLength(1);
    rmSync(folder, { recursive: true });
    const none = await gather(null, {}, { repositoryProblem: 'not a repository' });
    expect(none).toMatchObject({ truth: 'unavailable', suspects: { verdict: 'could not look' } });
    expect(none.issue?.culprits).toHaveLength(1);
    expect((await gather(make([]).folder)).truth).toBe('unavailable');
  });

  it('passes over commits that only changed the layout', async () => {
    const reflowed = ORDERS.replace(
      'charge(total / order.count)',
      'charge(\n        total / order.count,  # per piece\n    )',
    );
    const noisy = make([...HISTORY, { subject: 'Format', time: NOW - DAY / 2, files: { 'shop/orders.py': reflowed } }]);
    const { issue } = await gather(noisy.folder, {
      frames: [frame({ line: 8, code: 'total / order.count,  # per piece' })],
    });
    expect(issue?.suspects.suspects.map(({ commit }) => commit.subject)).toEqual(['Divide | "plainly" ☕']);
  });
});
