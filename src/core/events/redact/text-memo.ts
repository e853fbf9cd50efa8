import type { RedactionKind } from './marker.ts';

interface RememberedText {
  text: string;
  kinds: readonly RedactionKind[];
}

export interface TextMemo {
  get(text: string): RememberedText | undefined;
  set(text: string, result: RememberedText): void;
}

/** Results for the long texts seen last, at most `entries` of them and `characters` in all; the least recently used go first. */
export function createTextMemo({ entries = 512, characters = 4_194_304 } = {}): TextMemo {
  const byText = new Map<string, RememberedText>();
  let held = 0;
  return {
    get(text) {
      const result = byText.get(text);
      if (result === undefined) return undefined;
      byText.delete(text);
      byText.set(text, result);
      return result;
    },
    set(text, result) {
      if (text.length > characters / 8) return;
      byText.set(text, result);
      held += text.length;
      for (const [oldest] of byText) {
        if (byText.size <= entries && held <= characters) break;
        byText.delete(oldest);
        held -= oldest.length;
      }
    },
  };
}
