import type { Event } from '../events/index.ts';
import type { Messages } from '../shared/index.ts';
import type { SnippetTruth } from './issue-evidence.ts';
import type { Commit, Repository } from './ports.ts';

export interface RunningRevision {
  commit: Commit | null;
  truth: SnippetTruth;
  reason: string;
}

export interface RevisionLookup {
  repository: Repository;
  messages: Messages;
  /** The user's word: a hash, a tag, or a deployed revision's name. */
  named: string | null;
  /** Commit by the name of a deployed revision, from configuration. */
  commits: Readonly<Record<string, string>>;
}

/** Attributes in which builds and platforms write the commit. */
const COMMIT_KEYS = new Set([
  'commitsha',
  'commit',
  'commitid',
  'commithash',
  'gitcommit',
  'gitsha',
  'gitcommitsha',
  'githash',
  'vcsrefheadrevision',
  'sourceversion',
  'revisionsha',
  'gitrevision',
]);

/** The commit that an event's revision stands for: the user's map, a label on the event, a hash or tag in the revision's name; else null. */
export async function commitOfRevision(
  { repository, commits }: Pick<RevisionLookup, 'repository' | 'commits'>,
  revision: string | null,
  event: Event | null,
): Promise<{ commit: Commit; how: 'map' | 'label' | 'name' } | null> {
  const mapped = revision === null ? undefined : commits[revision];
  const tried: { how: 'map' | 'label' | 'name'; name: string }[] = [
    ...(mapped === undefined ? [] : [{ how: 'map' as const, name: mapped }]),
    ...commitLabels(event).map((name) => ({ how: 'label' as const, name })),
    ...namesIn(revision).map((name) => ({ how: 'name' as const, name })),
  ];
  for (const { how, name } of tried) {
    const commit = await repository.resolve(name);
    if (commit) return { commit, how };
  }
  return null;
}

/** What the whole report's running revision stands for; the newest event with a revision speaks for the service. */
export async function findRunningRevision(
  lookup: RevisionLookup,
  newest: { revision: string | null; event: Event | null },
): Promise<RunningRevision> {
  const { repository, messages, named, commits } = lookup;
  const say = messages.evidence.truth;
  if (named !== null) {
    const commit = await repository.resolve(commits[named] ?? named);
    const found = commit ? { commit } : await commitOfRevision(lookup, named, null);
    if (found) return running(found.commit, say.named({ name: named }));
  } else {
    const found = await commitOfRevision(lookup, newest.revision, newest.event);
    if (found) return running(found.commit, say[found.how]({ name: newest.revision ?? found.commit.sha.slice(0, 8) }));
  }
  const head = await repository.resolve('HEAD');
  if (!head) return { commit: null, truth: 'unavailable', reason: say.emptyRepository };
  const name = named ?? newest.revision;
  const reason =
    name === null ? say.noRevision : named === null ? say.unknownRevision({ name }) : say.notInRepository({ name });
  return { commit: head, truth: 'nearest revision', reason };
}

function running(commit: Commit, reason: string): RunningRevision {
  return { commit, truth: 'running revision', reason };
}

function commitLabels(event: Event | null): string[] {
  const found: string[] = [];
  const visit = (value: unknown, depth: number) => {
    if (value === null || typeof value !== 'object' || depth > 3) return;
    for (const [key, inner] of Object.entries(value)) {
      const plain = key.toLowerCase().replace(/[^a-z]/g, '');
      const last = (key.split(/[./]/).at(-1) ?? '').toLowerCase().replace(/[^a-z]/g, '');
      if (typeof inner !== 'string') visit(inner, depth + 1);
      else if ((COMMIT_KEYS.has(plain) || COMMIT_KEYS.has(last)) && /^[0-9a-f]{7,64}$/i.test(inner))
        found.push(inner.toLowerCase());
    }
  };
  visit(event?.attributes, 0);
  visit(event?.payload?.labels, 0);
  return found.slice(0, 5);
}

/** The name itself (a tag, a hash), then every hash inside it (`shop-00042-3f2a9c1`, `registry/shop:3f2a9c1b`). */
function namesIn(revision: string | null): string[] {
  if (revision === null || revision.length > 300 || revision === 'HEAD') return [];
  const hashes = (revision.match(/(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/g) ?? []).filter((text) => /\d/.test(text));
  const tag = /:([\w.-]+)$/.exec(revision)?.[1];
  return [revision, ...(tag === undefined ? [] : [tag]), ...hashes];
}
