const MEMORY_UNITS: Record<string, number> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** `512Mi`, `2G`, `2147483648` → bytes (Kubernetes' quantities); null for anything else. */
export function memoryBytesOf(text: string | null): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)(Ki|Mi|Gi|k|M|G)?$/.exec(text ?? '');
  return match ? Math.round(Number(match[1]) * MEMORY_UNITS[match[2] ?? '']!) : null;
}

export function memoryText(bytes: number): string {
  for (const unit of ['Gi', 'Mi', 'Ki']) {
    const size = MEMORY_UNITS[unit]!;
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

/** `2`, `0.5`, `500m` → CPUs. */
export function cpuOf(text: string | null): number | null {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(m)?$/.exec(text ?? '');
  return match ? Number(match[1]) / (match[2] ? 1_000 : 1) : null;
}

export function cpuText(cpu: number): string {
  return Number.isInteger(cpu) ? String(cpu) : `${Math.round(cpu * 1_000)}m`;
}

/** `300s`, `0.25s` → milliseconds (protobuf's Duration). */
export function durationMsOf(text: string | null): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)s$/.exec(text ?? '');
  return match ? Number(match[1]) * 1_000 : null;
}

export function durationText(ms: number): string {
  return `${ms / 1_000}s`;
}
