import { deployKillRun } from '../test/bad-days/deploy-kill-run.ts';
import type { Bench } from './bench.ts';

/**
 * SIGKILL of the server at moments spread over a whole deployment to a process target, good and bad revisions in turn, with visitors all the while: each must
 * end promoted or rolled back at the next start, none split. `--size N`: kills (default 50).
 */
export const bench: Bench = async ({ size }) => {
  const outcome = await deployKillRun({
    kills: Number(size ?? 50),
    seed: Date.now() % 1_000,
    onProgress: (text) => process.stderr.write(`${text}\n`),
  });
  const { split, wrong, ...figures } = outcome;
  for (const line of [...split, ...wrong]) process.stderr.write(`${line}\n`);
  return { ...figures, split: split.length, wrong: wrong.length };
};
