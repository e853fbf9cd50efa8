import type { ReportKnobs } from '../knobs.ts';

export type MemoryAdvice =
  | { kind: 'raise'; mib: number }
  | { kind: 'assume'; mib: number }
  /** At or over the largest size: more memory cannot be the answer. */
  | { kind: 'leak'; largestMib: number };

/**
 * need = max(2 · limit, ceil(1.25 · used)); the first tier that holds it, else the last one if it is above the limit.
 * 512/573 → 1 GiB, 1024/1062 → 2 GiB, 2048/6000 → 8 GiB. Without numbers an assumption.
 */
export function adviseMemory(
  numbers: { limitMib: number; usedMib: number } | null,
  knobs: Pick<ReportKnobs, 'memoryTiersMib' | 'assumedMemoryMib'>,
): MemoryAdvice {
  if (numbers === null) return { kind: 'assume', mib: knobs.assumedMemoryMib };
  const { limitMib, usedMib } = numbers;
  const largestMib = Math.max(...knobs.memoryTiersMib);
  if (limitMib >= largestMib) return { kind: 'leak', largestMib };
  const need = Math.max(2 * limitMib, Math.ceil(1.25 * usedMib));
  return { kind: 'raise', mib: knobs.memoryTiersMib.find((tier) => tier >= need) ?? largestMib };
}

/** As platforms write it: `512Mi`, `2Gi`. */
export function memorySize(mib: number): string {
  return mib % 1024 === 0 ? `${mib / 1024}Gi` : `${mib}Mi`;
}
