import type { BlamedLine, CommitDetails } from '../../core/evidence/index.ts';

/** For `git log -z --name-status`: every field ends with NUL, so that no subject or path can be taken for another field. */
export const LOG_FORMAT = '--format=commit %H%x00%P%x00%an%x00%ct%x00%s';

const STATUS: Record<string, CommitDetails['files'][number]['status']> = {
  A: 'added',
  C: 'added',
  D: 'deleted',
  R: 'renamed',
};

/** Reads what `git log -z --name-status` printed with LOG_FORMAT. */
export function parseLog(output: string): CommitDetails[] {
  const tokens = output.split('\0');
  const commits: CommitDetails[] = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at]!.replace(/^\n+/, '');
    const sha = /^commit ([0-9a-f]{40,64})$/.exec(token)?.[1];
    if (sha) {
      commits.push(commitOf(sha, tokens.slice(at + 1, at + 5)));
      at += 5;
    } else if (/^[A-Z]\d*$/.test(token)) {
      const paths = /^[RC]/.test(token) ? 2 : 1;
      const path = tokens[at + paths];
      if (path) commits.at(-1)?.files.push(fileOf(token, path, tokens[at + 1] ?? null));
      at += 1 + paths;
    } else at++;
  }
  return commits;
}

function commitOf(sha: string, fields: readonly string[]): CommitDetails {
  const [parents = '', authorName = '', seconds = '0', subject = ''] = fields;
  return {
    sha,
    authorName,
    committedAt: Number(seconds) * 1000,
    subject,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    files: [],
  };
}

function fileOf(token: string, path: string, firstPath: string | null): CommitDetails['files'][number] {
  const status = STATUS[token.charAt(0)] ?? 'modified';
  return { path, status, previousPath: status === 'renamed' ? firstPath : null };
}

/** Reads what `git blame --porcelain` printed. */
export function parseBlame(output: string): BlamedLine[] {
  const lines: BlamedLine[] = [];
  const pathOf = new Map<string, string>();
  let open: BlamedLine | null = null;
  for (const line of output.split('\n')) {
    if (line.startsWith('\t')) {
      if (open) lines.push({ ...open, originalPath: pathOf.get(open.sha) ?? open.originalPath });
      open = null;
      continue;
    }
    const header = /^([0-9a-f]{40,64}) (\d+) (\d+)(?: \d+)?$/.exec(line);
    if (header) {
      open = { sha: header[1]!, originalLine: Number(header[2]), line: Number(header[3]), originalPath: '' };
    } else if (open && line.startsWith('filename ')) pathOf.set(open.sha, line.slice(9));
  }
  return lines;
}
