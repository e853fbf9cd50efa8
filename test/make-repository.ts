import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One commit of a made-up history: what it changes, and who says so. */
export interface MadeCommit {
  subject: string;
  /** Content by path; null deletes. A link is `{ link: target }`. */
  files: Record<string, string | Buffer | { link: string } | null>;
  author?: string;
  /** Epoch ms. */
  time?: number;
  /** Merges the commit of that index, besides following the one before. */
  mergeOf?: number;
  tag?: string;
}

export interface TemporaryRepository {
  folder: string;
  /** Full hashes, in the order of the commits. */
  hashes: string[];
  git(...command: string[]): string;
  remove(): void;
}

export const GIT_ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

/** A real repository in a temporary folder, its whole history written by one `git fast-import`. */
export function makeRepository(commits: readonly MadeCommit[], { isBare = false } = {}): TemporaryRepository {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-git-'));
  const run = (command: readonly string[], input?: Buffer) =>
    execFileSync('git', command, {
      cwd: folder,
      env: GIT_ENVIRONMENT,
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  run(['init', '-q', '-b', 'main', ...(isBare ? ['--bare'] : [])]);
  const hashes: string[] = [];
  if (commits.length > 0) {
    run(['fast-import', '--quiet', '--export-marks=marks'], Buffer.concat(commits.flatMap(streamOf)));
    const marks = run(['cat-file', '--batch-check=%(objectname)'], Buffer.from('main\n')).trim();
    if (marks !== '')
      hashes.push(...run(['rev-list', '--topo-order', '--reverse', '--first-parent', 'main']).trim().split('\n'));
    if (!isBare) run(['reset', '-q', '--hard', 'main']);
  }
  return {
    folder,
    hashes,
    git: (...command) => run(command).trim(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function streamOf(commit: MadeCommit, index: number): Buffer[] {
  const seconds = Math.floor((commit.time ?? Date.UTC(2025, 0, 1) + index * 86_400_000) / 1000);
  const who = `${commit.author ?? 'Ada'} <someone@example.org> ${seconds} +0000`;
  const subject = Buffer.from(commit.subject);
  const parts = [
    Buffer.from(
      `commit refs/heads/main\nmark :${index + 1}\nauthor ${who}\ncommitter ${who}\ndata ${subject.length}\n`,
    ),
    subject,
    Buffer.from(`\n${commit.mergeOf === undefined ? '' : `merge :${commit.mergeOf + 1}\n`}`),
  ];
  for (const [path, content] of Object.entries(commit.files)) {
    const quoted = `"${path.replace(/["\\]/g, '\\$&')}"`;
    if (content === null) parts.push(Buffer.from(`D ${quoted}\n`));
    else {
      const isLink = typeof content === 'object' && !Buffer.isBuffer(content);
      const bytes = isLink ? Buffer.from(content.link) : Buffer.from(content);
      parts.push(
        Buffer.from(`M ${isLink ? '120000' : '100644'} inline ${quoted}\ndata ${bytes.length}\n`),
        bytes,
        Buffer.from('\n'),
      );
    }
  }
  if (commit.tag) parts.push(Buffer.from(`\nreset refs/tags/${commit.tag}\nfrom :${index + 1}\n`));
  parts.push(Buffer.from('\n'));
  return parts;
}
