/** One figure: measures and returns what the JSON line holds besides its name. Progress goes to standard error. */
export type Bench = (options: BenchOptions) => Promise<Record<string, unknown>>;

export interface BenchOptions {
  /** `--data PATH`: the input. */
  data?: string;
  /** `--size N`: how much to generate, in the unit the bench states. */
  size?: string;
  /** `--seconds N`: how long, where the bench says so. */
  seconds?: string;
}
