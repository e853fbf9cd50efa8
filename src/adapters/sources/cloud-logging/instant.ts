const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,12}))?(?:([Zz])|([+-])(\d{2}):?(\d{2}))$/;

/** Epoch ms of an RFC 3339 instant with its fraction (microseconds survive); null when it is none or has no zone. */
export function parseInstant(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (!match) return null;
  const [, day, hours, minutes, seconds, fraction, , sign, zoneHours, zoneMinutes] = match;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const offset = sign ? (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1) : 0;
  const whole = midnight + ((Number(hours) * 60 + Number(minutes) - offset) * 60 + Number(seconds)) * 1_000;
  const instant = fraction ? whole + Number(`0.${fraction}`) * 1_000 : whole;
  return Number.isFinite(instant) ? instant : null;
}

/**
 * Reads `YYYY-MM-DDThh:mm:ss[.fraction]Z` from bytes, as Cloud Logging writes every timestamp; null for any other form. Keeps the last
 * day, since neighbours share it.
 */
export class InstantReader {
  #day = -1;
  #midnight = 0;

  read(bytes: Uint8Array, from: number, to: number): number | null {
    if (to - from < 20 || bytes[to - 1] !== 0x5a || bytes[from + 10] !== 0x54) return null;
    const year = this.#digits(bytes, from, 4);
    const month = this.#digits(bytes, from + 5, 2);
    const day = this.#digits(bytes, from + 8, 2);
    const hours = this.#digits(bytes, from + 11, 2);
    const minutes = this.#digits(bytes, from + 14, 2);
    const seconds = this.#digits(bytes, from + 17, 2);
    if (Math.min(year, month, day, hours, minutes, seconds) < 0) return null;
    if (
      bytes[from + 4] !== 0x2d ||
      bytes[from + 7] !== 0x2d ||
      bytes[from + 13] !== 0x3a ||
      bytes[from + 16] !== 0x3a
    ) {
      return null;
    }
    if (month < 1 || month > 12 || day < 1 || day > 28 + 3) return null;
    const whole = this.#dayStart(year, month, day) + ((hours * 60 + minutes) * 60 + seconds) * 1_000;
    if (bytes[from + 19] === 0x5a) return to - from === 20 ? whole : null;
    if (bytes[from + 19] !== 0x2e) return null;
    const length = to - from - 21;
    const fraction = length > 0 && length <= 9 ? this.#digits(bytes, from + 20, length) : -1;
    return fraction < 0 ? null : whole + (fraction / 10 ** length) * 1_000;
  }

  #dayStart(year: number, month: number, day: number): number {
    const key = (year * 16 + month) * 32 + day;
    if (key !== this.#day) {
      this.#day = key;
      this.#midnight = Date.UTC(year, month - 1, day);
    }
    return this.#midnight;
  }

  #digits(bytes: Uint8Array, from: number, count: number): number {
    let value = 0;
    for (let at = from; at < from + count; at++) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }
}
