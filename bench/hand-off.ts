import { handOffInput } from '../src/core/reports/hand-off/hand-off-fixtures.ts';
import { type HandOff, handOffOf } from '../src/core/reports/index.ts';
import { tokensOf } from '../src/core/reports/render/budget.ts';
import { errorEvent, incident, issue } from '../test/fixtures/understanding.ts';
import type { Bench } from './bench.ts';
import { BUGS, plantCase } from './planted/planted-case.ts';
import { CASES_EACH, type RankedCase, rankPlanted } from './suspects.ts';

/**
 * Whether the hand-off of a planted crash leads to every file that the fix belongs in: shown (named among its places, or in what is said of a suspect),
 * or one hop away (changed by a commit that it names). Beside it tokens, and documents whose bytes differ when made twice. `--size N`: cases of each kind.
 */
export const bench: Bench = async ({ size }) => {
  const tally = { cases: 0, shown: 0, shownOrOneHop: 0, differingTwice: 0, mostTokens: 0 };
  const missed: string[] = [];
  for (const bug of BUGS) {
    for (let seed = 0; seed < Number(size ?? CASES_EACH); seed++) {
      const planted = plantCase(bug, seed, true);
      const ranked = await rankPlanted(planted);
      if (ranked.patched.length === 0) continue;
      const document = handOffOfCase(ranked);
      const isShown = (file: string) => document.markdown.includes(file);
      const isOneHop = (file: string) =>
        document.json.suspects.some(({ hash }) => hash !== null && ranked.changedBy(hash).includes(file));
      const leads = ranked.patched.every((file) => isShown(file) || isOneHop(file));
      tally.cases++;
      if (ranked.patched.every(isShown)) tally.shown++;
      if (leads) tally.shownOrOneHop++;
      else missed.push(planted.name);
      if (handOffOfCase(ranked).markdown !== document.markdown) tally.differingTwice++;
      tally.mostTokens = Math.max(
        tally.mostTokens,
        tokensOf(document.markdown),
        tokensOf(JSON.stringify(document.json)),
      );
    }
  }
  const share = (count: number) => Math.round((count / tally.cases) * 1000) / 1000;
  return { ...tally, shown: share(tally.shown), shownOrOneHop: share(tally.shownOrOneHop), missed };
};

function handOffOfCase({ evidence, understanding }: RankedCase): HandOff {
  const exceptions = understanding.issues[0]?.incidents[0]?.representative.exceptions ?? [];
  const representative = errorEvent({ exceptions, stackText: null });
  const one = issue({ incidents: [incident({ representative })], title: exceptions[0]?.type ?? '' });
  return handOffOf(handOffInput({ issue: one, evidence: evidence.byIssue.get('issue') ?? null }));
}
