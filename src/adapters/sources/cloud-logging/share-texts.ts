import type { JsonObject } from './json-values.ts';

/** Texts remembered; those of a service's labels, resource, log names, user agents and routes are far fewer. */
const REMEMBERED = 8_192;
/** Characters. Shorter ones JSON.parse shares by itself; longer ones are messages, which seldom come twice. */
const SHARED = { from: 11, to: 256 };
const LEVELS = 4;

/** Lets equal texts of parsed entries be one text in memory: half of an entry is what its neighbours say too. */
export class SharedTexts {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  /** Replaces texts in the object by equal ones that came before. The object must be the caller's own. */
  shareIn(object: JsonObject, levels = LEVELS): void {
    for (const key in object) {
      const value = object[key];
      if (typeof value === 'string') {
        if (value.length >= SHARED.from && value.length <= SHARED.to) {
          const shared = this.#share(value);
          if (shared !== null) object[key] = shared;
        }
      } else if (levels > 1 && value !== null && typeof value === 'object' && !Array.isArray(value)) {
        this.shareIn(value as JsonObject, levels - 1);
      }
    }
  }

  /** The equal text that came before; null when there is none. */
  #share(text: string): string | null {
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const older = this.#old.get(text);
    this.#young.set(text, older ?? text);
    if (this.#young.size >= REMEMBERED / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return older ?? null;
  }
}
