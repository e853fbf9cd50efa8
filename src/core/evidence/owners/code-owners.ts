/** Reads a CODEOWNERS file of one forge and answers who owns a path. */
export type OwnersOf = (path: string) => OwnedBy[];

export interface OwnedBy {
  owner: string;
  /** The line that decided, as it stands in the file. */
  rule: string;
}

export interface OwnerRule {
  pattern: string;
  owners: string[];
  text: string;
}

/** More lines than any real file has; the rest is not read. */
export const MOST_RULES = 20_000;

const OWNER = /^(?:@{1,2}[\w.\-/+]+|[^\s@]+@[^\s@]+\.[^\s@]+)$/;

/** Splits at white space that is not escaped: the pattern, then the owners. A comment after the owners falls. */
export function splitRule(line: string): { pattern: string; owners: string[] } | null {
  const [pattern, ...words] = line.match(/(?:\\.|[^\s\\])+/g) ?? [];
  if (pattern === undefined) return null;
  const comment = words.findIndex((word) => word.startsWith('#'));
  const owners = (comment < 0 ? words : words.slice(0, comment)).filter((word) => OWNER.test(word));
  return { pattern, owners };
}
