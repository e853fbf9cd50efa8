/** Numbers that look random and are the same each time (xorshift32). */
export function createChance(seed: number) {
  let state = seed | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    of: <T>(items: readonly T[]): T => items[below(items.length)]!,
    hex: (digits: number) => {
      let text = '';
      while (text.length < digits)
        text += Math.floor(next() * 2 ** 32)
          .toString(16)
          .padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}

export type Chance = ReturnType<typeof createChance>;

const THINGS =
  'order payment user cart checkout session cache redis postgres queue worker invoice shipment catalog price stock email notification upload download image resize token refresh login logout profile settings search index batch job schedule retry timeout connection pool thread memory handler request response client server gateway proxy upstream'.split(
    ' ',
  );

export const SERVICES = THINGS.slice(0, 12).map((thing) => `${thing}-service`);

const LINES: readonly ((chance: Chance, thing: () => string) => string)[] = [
  ({ below }, thing) => `GET /api/${thing()}/${below(100_000)} 200 ${below(900)}ms`,
  ({ below }, thing) => `POST /api/${thing()}/${thing()} 201 ${below(900)}ms user=${below(50_000)}`,
  ({ below, hex }, thing) => `Processed ${thing()} ${hex(8)} in ${below(5_000)} ms with ${below(20)} items`,
  ({ below }, thing) =>
    `Connection to ${thing()}-${below(12)}.internal:${5_000 + below(100)} established (attempt ${below(4)})`,
  ({ below }, thing) => `cache miss for key ${thing()}:${below(1_000_000)}:${thing()}`,
  ({ below }, thing) => `Scheduled job ${thing()}_${thing()} finished, next run in ${below(3_600)} s`,
  ({ below }, thing) => `User ${below(50_000)} updated ${thing()} from 10.${below(255)}.${below(255)}.${below(255)}`,
  ({ below }, thing) => `slow query (${below(9_000)} ms): SELECT * FROM ${thing()}s WHERE id = ${below(1_000_000)}`,
  ({ hex }, thing) =>
    `Failed to ${thing()} ${thing()}: connection reset by peer (request ${hex(8)}-${hex(4)}-${hex(12)})`,
  ({ below }, thing) =>
    `Retrying ${thing()} for ${thing()} ${below(100_000)} after ${below(30)} s: upstream returned 503`,
];

/** One line as services write them: about 70 characters, most of its numbers met once. */
export function logLine(chance: Chance): string {
  return chance.of(LINES)(chance, () => chance.of(THINGS));
}
