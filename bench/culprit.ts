import { readFileSync } from 'node:fs';
import { createFrameOrigin } from '../src/core/events/index.ts';
import { parseStack } from '../src/core/events/stack/parse-stack.ts';
import { type Culprit, DEFAULT_CULPRIT_LIMITS, rankCulprits } from '../src/core/evidence/index.ts';
import type { Bench } from './bench.ts';

interface CrashCase {
  id: string;
  trace: string;
  faulty: { file: string; lines: [number, number][] }[];
}

const NEAR_LINES = 5;

/** How often the faulty file is ranked first and among the first three, and a patched line lies near one of the shown frames. */
export const bench: Bench = async ({ data }) => {
  if (!data) throw new Error('bench culprit: name the cases with --data FILE');
  const lines = readFileSync(data, 'utf8').split('\n');
  const cases = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as CrashCase);
  const tally = { fileTop1: 0, fileTop3: 0, fileTop5: 0, hunkShown: 0 };
  for (const crash of cases) {
    const ranked = rankAll(crash.trace);
    const files = [...new Set(ranked.map(({ path }) => path))];
    if (files.slice(0, 1).some((file) => isFaulty(crash, file))) tally.fileTop1++;
    if (files.slice(0, 3).some((file) => isFaulty(crash, file))) tally.fileTop3++;
    if (files.slice(0, 5).some((file) => isFaulty(crash, file))) tally.fileTop5++;
    if (ranked.slice(0, DEFAULT_CULPRIT_LIMITS.shown).some((culprit) => showsPatch(crash, culprit))) tally.hunkShown++;
  }
  const share = (count: number) => Math.round((count / cases.length) * 1000) / 1000;
  return {
    cases: cases.length,
    fileTop1: share(tally.fileTop1),
    fileTop3: share(tally.fileTop3),
    fileTop5: share(tally.fileTop5),
    hunkShown: share(tally.hunkShown),
  };
};

/** Every application frame in rank order, as the product ranks them: only the frames are known, no repository. */
function rankAll(trace: string): Culprit[] {
  const decideOrigin = createFrameOrigin();
  const exceptions = (parseStack(trace)?.exceptions ?? []).map((exception) => ({
    ...exception,
    frames: exception.frames.map((frame) => ({ ...frame, origin: decideOrigin(frame, exception.language) })),
  }));
  return rankCulprits({ exceptions, limits: { shown: DEFAULT_CULPRIT_LIMITS.considered } });
}

function isFaulty({ faulty }: CrashCase, path: string): boolean {
  return faulty.some(({ file }) => isSameFile(file, path));
}

function showsPatch({ faulty }: CrashCase, { path, frame: { line } }: Culprit): boolean {
  if (line === null) return false;
  return faulty.some(
    ({ file, lines }) =>
      isSameFile(file, path) && lines.some(([from, to]) => from - NEAR_LINES <= line && line <= to + NEAR_LINES),
  );
}

function isSameFile(faulty: string, path: string): boolean {
  return `/${faulty}`.endsWith(`/${path}`);
}
