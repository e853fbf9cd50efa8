import { analyseExtractively, type ExtractiveAnalyser } from '../../core/analysis/index.ts';
import type { createWorkPool } from '../work-pool.ts';

/** Characters that the thread that serves analyses itself, in some 20 ms; more has a thread of its own. */
const SHORT_CHARACTERS = 20_000;

/** The built-in analyser, where it is in nobody's way. */
export function createBuiltin(work: Pick<ReturnType<typeof createWorkPool>, 'extract'>): ExtractiveAnalyser {
  return (input) => {
    const length = input.messages.reduce((sum, { text }) => sum + text.length, 0);
    return length <= SHORT_CHARACTERS ? analyseExtractively(input) : work.extract(input);
  };
}
