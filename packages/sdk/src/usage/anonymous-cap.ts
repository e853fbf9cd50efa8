const ANONYMOUS_ERRORS_PER_MINUTE = 60;

/**
 * Whether an anonymous error still gets a row of its own: 60 a minute and template; a scanner that asks for ten thousand pages fills
 * counters and no table. Bounded by the templates, of which there are at most 502.
 */
export function createAnonymousCap(perMinute = ANONYMOUS_ERRORS_PER_MINUTE): (template: string, at: number) => boolean {
  let minute = 0;
  const counts = new Map<string, number>();
  return (template, at) => {
    const ofCall = Math.floor(at / 60_000);
    if (ofCall !== minute) {
      minute = ofCall;
      counts.clear();
    }
    const count = (counts.get(template) ?? 0) + 1;
    counts.set(template, count);
    return count <= perMinute;
  };
}
