import { describe, expect, it } from 'vitest';
import { errorPoints, exactTest, upperNormal } from './exact-test.ts';
import { hodgesLehmann, latencyShift, mannWhitney } from './mann-whitney.ts';

function table(newErrors: number, newRequests: number, oldErrors: number, oldRequests: number) {
  return { newErrors, newRequests, oldErrors, oldRequests };
}

describe('exact test', () => {
  it('gives the published values: Fisher’s tea, his convicted twins, and the example of scipy', () => {
    // R `fisher.test(TeaTasting, alternative = "greater")`.
    expect(exactTest([table(3, 4, 1, 4)])).toBeCloseTo(0.2428571, 6);
    // R `fisher.test(Convictions, alternative = "less")`: 0.0004652, here as its mirror image.
    expect(exactTest([table(10, 13, 2, 17)])).toBeCloseTo(0.0004651809, 9);
    // scipy.stats.fisher_exact([[8, 2], [1, 5]]): two-sided 0.034965; its upper tail holds 0.0244755.
    expect(exactTest([table(8, 10, 1, 6)])).toBeCloseTo(0.0244755, 6);
  });

  it('gives the published value over strata: penicillin for rabbits (Mantel)', () => {
    // R `mantelhaen.test(Rabbits, exact = TRUE)`: S = 16, p = 0.03994 two-sided; its upper tail holds 0.01997.
    const rabbits = [table(0, 6, 0, 5), table(3, 6, 0, 6), table(6, 6, 2, 6), table(5, 6, 6, 6), table(2, 2, 5, 5)];
    expect(exactTest(rabbits)).toBeCloseTo(0.01997, 5);
  });

  it('sums binomial coefficients as they are: every small table agrees with counting', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    const tailOf = (newErrors: number, errors: number) =>
      [0, 1, 2, 3, 4]
        .filter((k) => k >= newErrors && k <= errors && errors - k <= 7)
        .reduce((sum, k) => sum + (choose(4, k) * choose(7, errors - k)) / choose(11, errors), 0);
    const pairs = [0, 1, 2, 3, 4].flatMap((fresh) => [0, 1, 2, 3, 4, 5].map((old) => [fresh, old] as const));
    for (const [newErrors, oldErrors] of pairs) {
      expect(exactTest([table(newErrors, 4, oldErrors, 7)])).toBeCloseTo(tailOf(newErrors, newErrors + oldErrors), 12);
    }
  });

  it('is not deceived by a rate that changes between the strata while the shares change too', () => {
    const calm = table(0, 100, 10, 9_900);
    const storm = table(300, 1_000, 300, 1_000);
    expect(exactTest([calm, storm])).toBeGreaterThan(0.4);
    expect(exactTest([table(300, 1_100, 310, 10_900)])).toBeLessThan(1e-30);
    expect(errorPoints([calm, storm])).toBeCloseTo(-0.0167, 3);
  });

  it('goes over into the normal curve without a step, and stays quick at any size', () => {
    const below = exactTest([table(5_150, 100_000, 5_000, 100_000)]);
    const above = exactTest([table(5_155, 100_500, 5_005, 100_500)]);
    expect(above).toBeCloseTo(below, 3);
    expect(exactTest([table(60_000, 1e9, 50_000, 1e9)])).toBeLessThan(1e-100);
    expect(exactTest([table(0, 0, 5, 10)])).toBe(1);
    expect(exactTest([table(10, 10, 20, 20)])).toBe(1);
  });

  it('knows the normal curve', () => {
    expect(upperNormal(1.959963984540054)).toBeCloseTo(0.025, 12);
    expect(upperNormal(-1)).toBeCloseTo(0.8413447460685429, 12);
    expect(upperNormal(6) / 9.865876450376981e-10).toBeCloseTo(1, 7);
  });
});

describe('Mann-Whitney and Hodges-Lehmann', () => {
  // R, data set airquality: ozone in May and in August, days without a value left out.
  const may = [41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37];
  const august = [
    39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85,
  ];

  it('gives the published p with ties: ozone in August against May', () => {
    // R `wilcox.test(Ozone ~ Month, subset = Month %in% c(5, 8))`: W = 127.5, p = 0.0001208 two-sided.
    expect(2 * mannWhitney(august, may)).toBeCloseTo(0.0001208, 7);
    expect(mannWhitney(may, august)).toBeGreaterThan(0.999);
  });

  it('gives the published p without ties: the example of scipy', () => {
    // scipy.stats.mannwhitneyu(males, females, method='asymptotic'): U = 17, p = 0.11134688653314041 two-sided.
    expect(2 * mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12])).toBeCloseTo(0.11134688653314041, 10);
  });

  it('gives the published shift: permeability of the placenta (Hollander & Wolfe)', () => {
    // R `wilcox.test(x, y, conf.int = TRUE)`: difference in location 0.305.
    const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const y = [1.15, 0.88, 0.9, 0.74, 1.21];
    expect(hodgesLehmann(x, y)).toBeCloseTo(0.305, 10);
    expect(hodgesLehmann([3], [1, 2])).toBe(1.5);
    expect(hodgesLehmann([], [1])).toBeNull();
  });

  it('says the shift as a share, whatever the unit, and bears zeros and equal values', () => {
    const base = Array.from({ length: 99 }, (_, index) => 10 * 1.05 ** index);
    expect(
      latencyShift(
        base.map((value) => value * 1.25),
        base,
      ),
    ).toBeCloseTo(0.25, 10);
    expect(latencyShift([0, 0], [0])).toBe(0);
    expect(mannWhitney([5, 5, 5], [5, 5, 5])).toBe(1);
    expect(mannWhitney([], [1])).toBe(1);
  });
});
