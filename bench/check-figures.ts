import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `node bench/check-figures.ts --check`: ends with 1 when a figure of bench/committed.json is worse by more than 20 %. `--write` measures them and writes the file.
 *
 * What is committed are ratios of one run, to a peer or to the same work done plainly, because ns and µs are the machine's. Both sides of a ratio are measured in
 * turns, so what else the machine does hits both. What is left of chance: a figure that looks worse is measured again, up to four times in all, and its best
 * counts: noise makes a figure worse now and then, code makes it worse every time. Figures that have no side to compare with (recall, the longest wait) have a limit
 * that the machine has no part in.
 */

interface Committed {
  bench: string;
  /** Of the bench's line; each step a key. */
  path: string[];
  /** What it is divided by; left out: it stands for itself. */
  by?: string[];
  value: number;
  better: 'lower' | 'higher';
  /** What it may be at worst, when that is not 20 % more or less. */
  limit?: number;
}

type Line = Record<string, unknown>;

const TRIES = 4;
const WORSE = 0.2;
/** Enough for a ratio, in seconds rather than minutes. */
const SIZES: Record<string, string[]> = {
  'log-call': ['--size', '4000'],
  'log-seal': ['--size', '10000'],
  'log-redact': ['--size', '10000'],
  'log-trickle': [],
};
const file = fileURLToPath(new URL('committed.json', import.meta.url));

function run(bench: string): Line {
  const command = [fileURLToPath(new URL('run.ts', import.meta.url)), bench, ...(SIZES[bench] ?? [])];
  // What it says of its progress is read only where it fails: then it stands in the error.
  const output = execFileSync(process.execPath, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return JSON.parse(output.trim().split('\n').at(-1)!) as Line;
}

function numberAt(line: Line, path: readonly string[]): number {
  let at: unknown = line;
  for (const key of path) at = (at as Record<string, unknown> | undefined)?.[key];
  if (typeof at !== 'number') throw new Error(`${String(line.bench)} has no figure ${path.join('.')}`);
  return at;
}

function figureIn(line: Line, { path, by }: Committed): number {
  return numberAt(line, path) / (by === undefined ? 1 : numberAt(line, by));
}

function worstOf({ value, better, limit }: Committed): number {
  return limit ?? (better === 'lower' ? value * (1 + WORSE) : value * (1 - WORSE));
}

function isGood(committed: Committed, value: number): boolean {
  return committed.better === 'lower' ? value <= worstOf(committed) : value >= worstOf(committed);
}

function nameOf({ bench, path, by }: Committed): string {
  return `${bench} ${path.join('.')}${by === undefined ? '' : ` / ${by.join('.')}`}`;
}

/** The best of each figure: a bench is run again for as long as one of its figures looks worse. */
function measure(bench: string, figures: readonly Committed[]): Map<Committed, number> {
  const best = new Map<Committed, number>();
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const line = run(bench);
    for (const figure of figures) {
      const value = figureIn(line, figure);
      const before = best.get(figure) ?? value;
      best.set(figure, figure.better === 'lower' ? Math.min(before, value) : Math.max(before, value));
    }
    if (figures.every((figure) => isGood(figure, best.get(figure)!))) break;
  }
  return best;
}

const isWriting = process.argv.includes('--write');
const committed = JSON.parse(readFileSync(file, 'utf8')) as Committed[];
const measured = new Map<Committed, number>();
for (const [bench, figures] of Map.groupBy(committed, (figure) => figure.bench)) {
  for (const [figure, value] of measure(bench, figures)) measured.set(figure, value);
}
const rounded = (value: number) => Math.round(value * 100) / 100;
const worse = committed.filter((figure) => !isGood(figure, measured.get(figure)!));
for (const figure of committed) {
  const word = worse.includes(figure) ? 'WORSE' : 'holds';
  const value = rounded(measured.get(figure)!);
  process.stderr.write(
    `${word}  ${nameOf(figure)}: ${value}, committed ${figure.value}, at worst ${rounded(worstOf(figure))}\n`,
  );
}
if (isWriting) {
  const written = committed.map((figure) => ({ ...figure, value: rounded(measured.get(figure)!) }));
  writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
} else if (worse.length > 0) {
  process.stderr.write(
    'A figure is worse by more than 20 %. Mend it, or say why and run: node bench/check-figures.ts --write\n',
  );
  process.exit(1);
}
