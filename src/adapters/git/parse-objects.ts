import type { Commit } from '../../core/evidence/index.ts';

export interface TreeEntry {
  /** Octal as git writes it: `100644` and `100755` regular files, `120000` a link, `160000` a submodule, `40000` a folder. */
  mode: string;
  sha: string;
}

/** A raw commit object as a commit; text in the encoding it names (UTF-8 when it names none). */
export function parseCommit(sha: string, raw: Buffer): Commit {
  const end = raw.indexOf('\n\n');
  const header = (end < 0 ? raw : raw.subarray(0, end)).toString('latin1').split('\n');
  const decode = decoderFor(fieldOf(header, 'encoding'));
  const author = decode(Buffer.from(fieldOf(header, 'author') ?? '', 'latin1'));
  const committed = /(\d+) [+-]\d{4}$/.exec(fieldOf(header, 'committer') ?? '');
  const message = end < 0 ? '' : decode(raw.subarray(end + 2));
  return {
    sha,
    authorName: /^(.*?)\s*<[^<>]*>/.exec(author)?.[1] ?? '',
    committedAt: Number(committed?.[1] ?? 0) * 1000,
    subject: subjectOf(message),
    parents: header.filter((line) => line.startsWith('parent ')).map((line) => line.slice(7)),
  };
}

/** The entries of a raw tree object by name. */
export function parseTree(raw: Buffer, hashBytes = 20): Map<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  let at = 0;
  while (at < raw.length) {
    const space = raw.indexOf(32, at);
    const nul = raw.indexOf(0, space);
    if (space < 0 || nul < 0) break;
    const sha = raw.subarray(nul + 1, nul + 1 + hashBytes).toString('hex');
    entries.set(raw.toString('utf8', space + 1, nul), { mode: raw.toString('latin1', at, space), sha });
    at = nul + 1 + hashBytes;
  }
  return entries;
}

function fieldOf(header: readonly string[], key: string): string | null {
  return header.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1) ?? null;
}

function decoderFor(encoding: string | null): (bytes: Buffer) => string {
  try {
    const decoder = new TextDecoder(encoding ?? 'utf-8');
    return (bytes) => decoder.decode(bytes);
  } catch {
    return (bytes) => bytes.toString('utf8');
  }
}

/** The first paragraph on one line, as git shows it. */
function subjectOf(message: string): string {
  const lines = message.replace(/^\s*\n/, '').split('\n');
  const end = lines.findIndex((line) => line.trim() === '');
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line) => line.trim())
    .join(' ');
}
