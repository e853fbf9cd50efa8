import type { RedactionKind } from './marker.ts';

export interface RememberedText {
  text: string;
  kinds: readonly RedactionKind[];
}

export interface TextMemo {
  get(text: string): RememberedText | undefined;
  set(text: string, result: RememberedText): void;
}

/** What one memo may hold. */
export interface MemoLimits {
  /** Texts of both generations. */
  entries: number;
  /** Characters of both generations. */
  characters: number;
}

/**
 * Results for the texts seen last. Two generations: when the younger is full the older is forgotten, and what is asked for in the older one moves
 * to the younger, so a text that comes often stays. Half the price of moving each text to the end of one list at each look.
 */
export function createTextMemo(limits: MemoLimits): TextMemo {
  let young = new Map<string, RememberedText>();
  let old = young;
  let characters = 0;
  const set = (text: string, result: RememberedText): void => {
    if (text.length > limits.characters / 8) return;
    young.set(text, result);
    characters += text.length;
    if (young.size * 2 < limits.entries && characters * 2 < limits.characters) return;
    old = young;
    young = new Map();
    characters = 0;
  };
  return {
    get(text) {
      const recent = young.get(text);
      if (recent !== undefined) return recent;
      const result = old.get(text);
      if (result !== undefined && old !== young) set(text, result);
      return result;
    },
    set,
  };
}
