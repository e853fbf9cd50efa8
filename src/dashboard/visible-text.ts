/** Control, format, bidirectional, zero-width and tag characters: what could hide or reverse text. Tab, line feed, emoji style stay. */
const HIDDEN = /(?!\t|\n|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** What came from a client, with every hidden character written out as `\u{…}`. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** A commit in its first 12 digits; other names of revisions whole. */
export function shortRevision(revision: string): string {
  return /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 12) : oneLine(revision);
}

/** On one line: line ends become `⏎`. */
export function oneLine(text: string): string {
  return visibleText(text)
    .replace(/[\t ]*\n[\t ]*/g, ' ⏎ ')
    .trim();
}
