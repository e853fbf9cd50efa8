import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationSchema } from '../src/config/schema.ts';
import { TOOLS } from '../src/mcp/tools/index.ts';
import { matchIngestPath } from '../src/server/ingest/match-path.ts';
import { ask, makeShop, openTestServer, type TestServer } from '../src/server/server-fixtures.ts';
import { configurationsOf, PAGES, ROOT, readPage, shellLinesOf } from './fixtures/documents.ts';

const root = ROOT;
const PROGRAM = join(root, 'bin', 'guardian.js');

const read = readPage;

/** The anchor a heading gets where Markdown is shown. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function linksOf(text: string): string[] {
  const prose = text.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter((target) => !/^\w+:/.test(target));
}

/** The command lines of a page, each part of a pipe or a chain for itself, without leading assignments. */
function commandsOf(page: string): string[][] {
  const parts = shellLinesOf(page).flatMap((line) => line.split(/\s(?:\||&&|;)\s/));
  return parts.map((part) => wordsOf(part.trim()).filter(isNoAssignment)).filter((words) => words.length > 0);
}

function wordsOf(line: string): string[] {
  return (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
}

function isNoAssignment(word: string, index: number): boolean {
  return index > 0 || !/^[A-Z_]+=/.test(word);
}

/** What stands behind `guardian`, however it is called, also by another program's `--`; null for other programs. */
function guardianArguments(words: string[]): string[] | null {
  if (words[0] === 'guardian') return words.slice(1);
  const given = words.indexOf('--');
  if (given > 0 && words[0] !== 'npm') return guardianArguments(words.slice(given + 1));
  return words[0] === 'npx' && words[1] === 'guardian' ? words.slice(2) : null;
}

const run = (args: readonly string[], folder = root) =>
  spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: tmpdir(), METADATA_SERVER_DETECTION: 'none' },
  });

const helps = new Map<string, string>();
function helpOf(command: string): string {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const { stdout } = run(command === '' ? ['--help'] : [command, '--help']);
  helps.set(command, stdout);
  return stdout;
}

/** Why the help knows nothing of this command line; null when it does. */
function unknownIn(args: readonly string[]): string | null {
  const isCommand = args[0] !== undefined && !args[0].startsWith('-');
  const command = isCommand ? args[0]! : '';
  if (isCommand && !new RegExp(`^ {2}${command} {2}`, 'm').test(helpOf(''))) return `command ${command}`;
  const options = args.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.split('=')[0]!);
  return options.find((option) => !new RegExp(`(?:^|[ ,])${option}(?:[ ,]|$)`, 'm').test(helpOf(command))) ?? null;
}

describe('the documents', () => {
  it.each(PAGES)('link to what exists: %s', (page) => {
    const broken = linksOf(read(page)).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, page) : resolve(root, dirname(page), path);
      if (!existsSync(target)) return true;
      if (anchor === undefined || !target.endsWith('.md')) return false;
      const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, text]) => anchorOf(text!));
      return !headings.includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it.each(PAGES)('name commands and options that the help knows: %s', (page) => {
    const called = commandsOf(page).flatMap((words) => {
      const args = guardianArguments(words);
      return args === null ? [] : [{ line: words.join(' '), unknown: unknownIn(args) }];
    });
    expect(called.filter(({ unknown }) => unknown !== null)).toEqual([]);
  });

  it.each(PAGES)('name npm scripts and benches that exist: %s', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const text = [...commandsOf(page).map((words) => words.join(' ')), ...(read(page).match(/`npm [^`]+`/g) ?? [])];
    for (const line of text) {
      const script = /\bnpm (?:run (?:-s )?)?(start|test|[a-z]+)\b/.exec(line)?.[1];
      if (script === undefined || /npm (?:install|ci|pack)\b/.test(line)) continue;
      expect(Object.keys(scripts), line).toContain(script);
      const bench = /bench -- ([a-z][a-z-]*)/.exec(line)?.[1];
      if (bench) expect(existsSync(join(root, 'bench', `${bench}.ts`)), line).toBe(true);
    }
  });

  it('keep the front page short', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(150);
  });

  it('list every knob and environment name as the configuration has them', () => {
    expect(() =>
      execFileSync(process.execPath, [join(root, 'ops', 'configuration.ts'), '--check'], { stdio: 'pipe' }),
    ).not.toThrow();
  });

  it('name each exit status that a command or an error can have', () => {
    const { ERROR_KINDS_TEXT, page } = {
      ERROR_KINDS_TEXT: read('src/core/shared/errors.ts'),
      page: read('docs/report.md'),
    };
    const statuses = new Set([...ERROR_KINDS_TEXT.matchAll(/exitStatus: (\d+)/g)].map(([, status]) => status!));
    const table = page.slice(page.indexOf('## Exit statuses'), page.indexOf('## Parts'));
    expect([...statuses].filter((status) => !new RegExp(`\\| ${status} +\\|`).test(table))).toEqual([]);
  });

  it('name every bench', () => {
    const page = read('docs/benchmarks.md');
    const benches = globSync('bench/*.ts', { cwd: root })
      .filter((file) => readFileSync(join(root, file), 'utf8').includes('export const bench: Bench'))
      .map((file) => file.slice('bench/'.length, -'.ts'.length));
    expect(benches.filter((name) => !page.includes(`-- ${name}`))).toEqual([]);
  });
});

/** The ledger quotes requirements; the reference is made from the very document that names what is served. */
const NOT_OF_PATHS = ['docs/coverage.md', 'docs/api-reference.md'];
/** Beginnings of paths, and a path of GitHub's own. */
const NO_PATHS = ['/api', '/v1', '/api/v3'];

/** Addresses of the server in text and commands, `…/api/x` or `/api/x`, without host, query and what stands for something else. */
function serverPathsOf(page: string): string[] {
  const found = read(page).matchAll(
    /(?<![\w.}/])(?:https?:\/\/[\w.:-]+)?(\/(?:api|v1|elastic|mcp)(?![\w-])[\w./{}:-]*)/g,
  );
  return [...new Set([...found].map(([, path]) => path!.replace(/[./]+$/, '')))];
}

describe('what the documents say of the server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer();
    // Routes are loaded when they are asked for; this names all of them.
    await ask(server, '/api/openapi.json');
  });
  afterAll(() => server.close());

  it.each(PAGES.filter((page) => !NOT_OF_PATHS.includes(page)))('are paths that it serves: %s', (page) => {
    const served = server.app.routes.map(({ path }) => path).filter((path) => !path.includes('*'));
    const isServed = (path: string) =>
      matchIngestPath('POST', path) !== null ||
      served.some((route) => {
        const wanted = path.split('/');
        const parts = route.split('/');
        return parts.length === wanted.length && parts.every((part, at) => part.startsWith(':') || part === wanted[at]);
      });
    expect(serverPathsOf(page).filter((path) => !NO_PATHS.includes(path) && !isServed(path))).toEqual([]);
  });

  it.each(PAGES)('are knobs that it has: %s', (page) => {
    const groups = Object.keys(configurationSchema.shape).filter((key) =>
      read('docs/configuration.md').includes(`\`${key}.`),
    );
    const named = [...read(page).matchAll(/`([a-z][A-Za-z]+)\.([A-Za-z.]+)(?:: [^`]*)?`/g)];
    const unknown = named
      .filter(([, group]) => groups.includes(group!))
      .map(([, group, key]) => `${group}.${key}`)
      .filter((key) => !isKnob(key));
    expect(unknown).toEqual([]);
  });

  it.each(PAGES)('are configurations that it takes: %s', (page) => {
    for (const given of configurationsOf(page)) {
      expect(configurationSchema.safeParse(given).error?.issues ?? [], JSON.stringify(given)).toEqual([]);
    }
  });

  it('is an event that it takes whole', async () => {
    const [, example] =
      /^One JSON object a line[^`]*`message`[^`]*`exception`[^`]*```json\n([\s\S]*?)^```$/m.exec(
        read('docs/connect.md'),
      ) ?? [];
    const { key } = await makeShop(server);
    const sent = await ask(server, '/api/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: example ?? '',
    });
    expect(await sent.json()).toEqual({ accepted: 1, duplicate: 0, rejected: [] });
  });

  it('are the tools it gives to agents, no more and no fewer', () => {
    const named = [...read('docs/agents.md').matchAll(/^\| `(\w+)` +\| `(read|write)` +\|/gm)];
    expect(named.map(([, name, scope]) => [name, scope])).toEqual(
      TOOLS.map(({ description, scope }) => [description.name, scope]),
    );
  });
});

function isKnob(key: string): boolean {
  const page = read('docs/configuration.md');
  // A group of knobs is named, too.
  const isThere = page.includes(`| \`${key}\` `) || page.includes(`| \`${key}.`);
  return isThere || /\.(?:test\.)?tsx?$|\.(?:json|md|html|db|mjs|config|lock|txt)\b/.test(key);
}

describe('the ledger', () => {
  const ledger = read('docs/coverage.md');
  const rows = ledger
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:-|required \||figure \||# \|)/.test(line));
  const titles = new Map<string, string>();
  const source = (file: string) => {
    const known = titles.get(file);
    if (known !== undefined) return known;
    const text = existsSync(join(root, file)) ? read(file).replaceAll("\\'", "'") : '';
    titles.set(file, text);
    return text;
  };

  it('names in each row what shows it, or says that it is open', () => {
    expect(rows.length).toBeGreaterThan(150);
    expect(rows.filter((row) => !/ › | bench |\bopen\b/.test(row))).toEqual([]);
  });

  it('names tests that exist, by their titles', () => {
    const named = rows.flatMap((row) => [...row.matchAll(/`([\w./-]+\.ts)` › ([^;|]+?)(?=;| \|| \(|$)/g)]);
    expect(named.length).toBeGreaterThan(150);
    const wrong = named.filter(([, file, title]) => !source(file!).includes(title!.trim()));
    expect(wrong.map(([, file, title]) => `${file} › ${title}`)).toEqual([]);
  });

  it('counts its rows rightly', () => {
    const isOpen = (row: string) => row.includes('open: ');
    const isShown = (row: string) => / › |`npm run/.test(row);
    const shown = rows.filter((row) => !isOpen(row)).length;
    const open = rows.filter((row) => isOpen(row) && !isShown(row)).length;
    expect(ledger).toContain(`${shown} rows are shown, ${rows.length - shown - open} in part, ${open} open.`);
  });

  it('has a line for each of the 36 faults of the predecessor', () => {
    const section = ledger.slice(ledger.indexOf('What the predecessor got wrong'));
    const numbers = [...section.matchAll(/^\| (\d+) +\|/gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual(Array.from({ length: 36 }, (_, index) => index + 1));
  });
});
