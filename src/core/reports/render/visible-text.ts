/**
 * Control, format, bidirectional, zero-width and tag characters: what could hide text, reverse it, or move a terminal's cursor.
 * Tab, line feed and the emoji style selector stay. By Unicode properties, https://www.unicode.org/reports/tr44/.
 */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The text with every hidden character written out as `\u{…}`; carriage returns before a line feed go. */
export function visibleText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(HIDDEN, (character) =>
      character === '\ufe0f' ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
    );
}

/** On one line: line ends become `⏎`. */
export function oneLine(text: string): string {
  return visibleText(text)
    .replace(/[\t ]*\n[\t ]*/g, ' ⏎ ')
    .trim();
}

/** At most `limit` characters, whole code points; what was cut is counted by `note`. */
export function shorten(text: string, limit: number, note: (count: number) => string): string {
  if (text.length <= limit) return text;
  const end = text.charCodeAt(limit - 1) >= 0xd800 && text.charCodeAt(limit - 1) <= 0xdbff ? limit - 1 : limit;
  return `${text.slice(0, end)}${note(text.length - end)}`;
}
