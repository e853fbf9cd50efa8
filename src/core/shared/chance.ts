/** A chance below is told as that: its digits say nothing more. */
const LEAST = 0.001;

/** Of 0 to 1, for people: `0.013`, `< 0.001`. */
export function chanceInWords(chance: number): string {
  return chance < LEAST ? `< ${LEAST}` : chance.toPrecision(2);
}
