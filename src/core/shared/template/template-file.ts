import { TemplateError } from './template-error.ts';

/** What a template file says of itself, and its parts as they stand. */
export interface TemplateFile {
  name: string;
  kind: 'notification' | 'report' | 'agent';
  /** Semantic version: `1.2.0`. */
  version: string;
  /** `namespace/name@1.2.0`; null: it stands alone. */
  extends: string | null;
  parts: ReadonlyMap<string, { source: string; line: number }>;
}

const HEAD = /^(name|kind|version|extends):\s*(\S+)\s*$/;
const PART = /^=== ([a-z]+)\s*$/;
const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const VERSION = /^(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})\.(?:0|[1-9]\d{0,5})$/;
const EXTENDS = /^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9-]{0,63}@\d{1,6}\.\d{1,6}\.\d{1,6}$/;
const KINDS = ['notification', 'report', 'agent'] as const;

/**
 * A head of `name`, `kind`, `version` and perhaps `extends`, one a line, and behind it the parts, each under a line `=== subject`, `=== text`,
 * `=== html` and so on. The last line end of a part is none of it. Throws `TemplateError`.
 */
export function readTemplateFile(source: string): TemplateFile {
  const lines = source.replace(/\r\n/g, '\n').split('\n');
  const head = new Map<string, string>();
  let index = 0;
  for (; index < lines.length && !PART.test(lines[index]!); index++) {
    const line = lines[index]!;
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, key, value] = HEAD.exec(line) ?? [];
    const at = { line: index + 1, column: 1 };
    if (key === undefined) throw new TemplateError(({ headLine }) => headLine, at);
    if (head.has(key)) throw new TemplateError(({ secondKey }) => secondKey(key), at);
    head.set(key, value!);
  }
  const parts = readParts(lines, index);
  const word = (key: string, form: RegExp, like: 'likeName' | 'likeVersion' | 'likeExtends'): string => {
    const value = head.get(key);
    if (value !== undefined && form.test(value)) return value;
    throw new TemplateError((words) => words.mustBe(key, words[like]), { line: 1, column: 1 });
  };
  const kind = KINDS.find((known) => known === head.get('kind'));
  if (kind === undefined)
    throw new TemplateError(({ mustBe }) => mustBe('kind', KINDS.join(', ')), { line: 1, column: 1 });
  return {
    kind,
    name: word('name', NAME, 'likeName'),
    version: word('version', VERSION, 'likeVersion'),
    extends: head.has('extends') ? word('extends', EXTENDS, 'likeExtends') : null,
    parts,
  };
}

function readParts(lines: readonly string[], from: number): TemplateFile['parts'] {
  const parts = new Map<string, { source: string; line: number }>();
  let open: { name: string; line: number; lines: string[] } | null = null;
  const close = () => {
    if (open !== null) parts.set(open.name, { source: open.lines.join('\n').replace(/\n$/, ''), line: open.line });
  };
  for (let index = from; index < lines.length; index++) {
    const [, name] = PART.exec(lines[index]!) ?? [];
    if (name === undefined) {
      open?.lines.push(lines[index]!);
      continue;
    }
    close();
    if (parts.has(name)) throw new TemplateError(({ secondPart }) => secondPart(name), { line: index + 1, column: 1 });
    open = { name, line: index + 2, lines: [] };
  }
  close();
  if (parts.size === 0) throw new TemplateError(({ noParts }) => noParts, { line: lines.length, column: 1 });
  return parts;
}
