import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes docs/sdk-reference.md: every name that the package exports, by entry, with its declaration and its doc comment, and the types that these name.
 * Read from the declarations that the compiler makes of the source (`packages/sdk/dist`, built first). With `--check` it writes nothing and ends with 1
 * when the page says anything else, or when something exported has no doc comment.
 */

interface Declaration {
  name: string;
  kind: 'function' | 'interface' | 'type' | 'class' | 'const';
  /** Paragraphs of its doc comment. */
  doc: string;
  /** As it is declared, doc comments of members in it. */
  code: string;
  /** Where it stands. */
  file: string;
}

interface Module {
  declarations: Map<string, Declaration>;
  /** Exported name → where it comes from. */
  forwarded: Map<string, { from: string; name: string }>;
  /** Imported name → where it comes from. */
  imported: Map<string, { from: string; name: string }>;
  /** Name of the default export. */
  byDefault: string | null;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const sdk = join(root, 'packages/sdk');
const target = join(root, 'docs/sdk-reference.md');

/** The declaration file that a relative import, with its `.ts` or `.js` ending, means. */
function fileOf(from: string, path: string): string {
  return resolve(dirname(from), path.replace(/\.[jt]s$/, '.d.ts'));
}

const modules = new Map<string, Module>();

function moduleOf(file: string): Module {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const read = readModule(file, readFileSync(file, 'utf8'));
  modules.set(file, read);
  return read;
}

/** What follows a statement: the next one, or its doc comment, in the first column as the compiler writes them. */
const BEGINS = /^(?:\/\*\*|export|import|declare|interface|type|class|const|function)/;

/** Each statement with the doc comment before it, of several the nearest. */
function statementsOf(text: string): { doc: string; code: string }[] {
  const statements: { doc: string; code: string }[] = [];
  const all = text.split('\n').filter((line) => line !== '');
  let doc: string[] = [];
  let isInDoc = false;
  let code: string[] = [];
  all.forEach((line, at) => {
    const next = all[at + 1] ?? 'export';
    if (code.length === 0 && (isInDoc || line.startsWith('/**'))) {
      doc = isInDoc ? [...doc, line] : [line];
      isInDoc = !line.includes('*/');
      return;
    }
    code.push(line);
    if (!/[;}]$/.test(line) || !BEGINS.test(next)) return;
    statements.push({ doc: textOf(doc.join('\n')), code: code.join('\n') });
    doc = [];
    code = [];
  });
  return statements;
}

/** What a doc comment says, without its frame. */
function textOf(comment: string): string {
  const lines = comment.replace(/^\/\*\*\s?|\s*\*\/$/g, '').split('\n');
  return lines
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .join('\n')
    .trim();
}

const DECLARED = /^export (?:declare |default )*(function|interface|type|class|const) (\w+)/;
const NAMES = /^(import|export)(?: type)? (?:\{([^}]*)\}|(\w+)) from '([^']+)';$/s;

function readModule(file: string, text: string): Module {
  const found: Module = { declarations: new Map(), forwarded: new Map(), imported: new Map(), byDefault: null };
  for (const { doc, code } of statementsOf(text)) {
    const declared = DECLARED.exec(code);
    const names = NAMES.exec(code);
    if (declared !== null) {
      const [, kind, name] = declared as unknown as [string, Declaration['kind'], string];
      if (code.startsWith('export default')) found.byDefault = name;
      found.declarations.set(name, { name, kind, doc, code: shown(code), file });
    } else if (names?.[4]?.startsWith('.')) {
      // Other packages describe their own.
      addNames(names[1] === 'import' ? found.imported : found.forwarded, names[2] ?? '', fileOf(file, names[4]));
    }
  }
  return found;
}

function addNames(into: Module['imported'], list: string, from: string): void {
  for (const one of list.split(',')) {
    const [, name, alias] = /^(?:type )?(\w+)(?: as (\w+))?$/.exec(one.trim()) ?? [];
    if (name !== undefined) into.set(alias ?? name, { from, name });
  }
}

/** Two spaces, as everywhere here, and without what every declaration begins with. */
function shown(code: string): string {
  return code
    .replace(/^export (?:declare |default )*/, '')
    .split('\n')
    .map((line) => line.replace(/^( {4})+/, (indent) => ' '.repeat(indent.length / 2)))
    .join('\n');
}

/** The declaration that a name means in a module, also one that is only passed on; null: it is not of this package. */
function resolved(file: string, name: string): Declaration | null {
  const { declarations, forwarded, imported } = moduleOf(file);
  const own = declarations.get(name);
  if (own !== undefined) return own;
  const elsewhere = forwarded.get(name) ?? imported.get(name);
  return elsewhere === undefined || !existsSync(elsewhere.from) ? null : resolved(elsewhere.from, elsewhere.name);
}

function exportsOf(file: string): Declaration[] {
  const { declarations, forwarded } = moduleOf(file);
  return [...declarations.keys(), ...forwarded.keys()].flatMap((name) => resolved(file, name) ?? []);
}

/** What the declarations name and nobody listed yet, and what these name in turn. */
function namedBy(listed: readonly Declaration[], isKnown: (one: Declaration) => boolean): Declaration[] {
  const found = new Set<Declaration>();
  const look = (one: Declaration): void => {
    const code = one.code.replace(/\/\*\*[\s\S]*?\*\//g, '');
    for (const [word] of code.matchAll(/\b[A-Z]\w+\b/g)) {
      const named = resolved(one.file, word);
      if (named === null || isKnown(named) || found.has(named)) continue;
      found.add(named);
      look(named);
    }
  };
  listed.forEach(look);
  return [...found].sort((a, b) => a.name.localeCompare(b.name));
}

const KINDS = ['function', 'const', 'class', 'interface', 'type'] as const;

function inOrder(declarations: readonly Declaration[]): Declaration[] {
  return [...declarations].sort(
    (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.name.localeCompare(b.name),
  );
}

function section({ name, doc, code, file }: Declaration, level: string): string {
  const isDefault = moduleOf(file).byDefault === name ? ' (default export)' : '';
  return [`${level} ${name}${isDefault}`, doc, `\`\`\`ts\n${code}\n\`\`\``].filter((part) => part !== '').join('\n\n');
}

function page(): { text: string; withoutDoc: string[] } {
  const { name, exports } = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, { types: string }>;
  };
  const entries = Object.entries(exports).map(([path, { types }]) => ({
    title: path === '.' ? name : `${name}${path.slice(1)}`,
    listed: inOrder(exportsOf(join(sdk, types))),
  }));
  const all = new Set(entries.flatMap(({ listed }) => listed));
  const named = namedBy([...all], (one) => all.has(one));
  const parts = entries.map(({ title, listed }) =>
    [`## ${title}`, ...listed.map((one) => section(one, '###'))].join('\n\n'),
  );
  const text = [
    '# Reference of the SDK',
    'Everything that `@guardian/sdk` exports, by entry, with what its source says of it. Made by `ops/sdk-reference.ts`; do not edit. How it is used: [the guide](../packages/sdk/README.md), [running it](sdk.md).',
    ...parts,
    '## Types that these name',
    'They are not imported by name; they are written where an option or a result has them.',
    ...named.map((one) => section(one, '###')),
  ].join('\n\n');
  const withoutDoc = [...all]
    .filter(({ doc, kind }) => doc === '' && (kind === 'function' || kind === 'class'))
    .map((one) => one.name);
  return { text: `${text}\n`, withoutDoc };
}

execFileSync(process.execPath, [join(root, 'bin/ensure-built.js'), 'SDK'], { stdio: 'inherit' });
const { text, withoutDoc } = page();
if (withoutDoc.length > 0) {
  process.stderr.write(`These exports have no doc comment: ${withoutDoc.join(', ')}\n`);
  process.exit(1);
}
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  process.stderr.write('docs/sdk-reference.md is not what the source says. Run: node ops/sdk-reference.ts\n');
  process.exit(1);
}
