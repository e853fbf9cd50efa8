/** The zone at the end of a schedule such as `0 1 * * * (America/Montreal)`; null: it names none that is known here. */
export function zoneOf(schedule: string): string | null {
  const zone = /\(([A-Za-z][\w+\-/]*)\)$/.exec(schedule)?.[1];
  if (zone === undefined) return null;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return null;
  }
}

export function readersZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
