export interface Costs {
  samples: number;
  p50Us: number;
  p99Us: number;
}

const SAMPLES = 1 << 20;
/** The first requests run before the compiler has seen them. */
const WARM_UP = 20_000;

/**
 * Times what a middleware does in a request: its own call, and the `close` listener it leaves on the answer; both with the two
 * readings of the clock around them, which are part of the figure.
 */
export function createStopwatch() {
  const samples = new Float64Array(SAMPLES);
  let count = 0;

  return {
    around(answer: object, call: () => unknown): void {
      const emitter = answer as { on: (event: string, listener: () => void) => unknown };
      const { on } = emitter;
      const hadOwn = Object.hasOwn(emitter, 'on');
      let listener: (() => void) | null = null;
      emitter.on = (_event, left) => {
        listener = left;
        return emitter;
      };
      const begun = performance.now();
      call();
      const called = performance.now() - begun;
      if (hadOwn) emitter.on = on;
      else Reflect.deleteProperty(emitter, 'on');
      on.call(emitter, 'close', () => {
        const ended = performance.now();
        listener?.();
        samples[count++ & (SAMPLES - 1)] = called + performance.now() - ended;
      });
    },
    costs(): Costs | null {
      if (count <= WARM_UP) return null;
      const sorted = samples.slice(WARM_UP, Math.min(count, SAMPLES)).sort();
      const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 1e6) / 1e3;
      return { samples: sorted.length, p50Us: at(0.5), p99Us: at(0.99) };
    },
  };
}
