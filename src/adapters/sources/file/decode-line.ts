import { isUtf8 } from 'node:buffer';

/** What Windows-1252 has at 0x80 to 0x9f where Latin-1 has control characters (https://encoding.spec.whatwg.org/#windows-1252); Node's decoder leaves them. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

export interface Decoded {
  text: string;
  /** It was no UTF-8. */
  isMisEncoded: boolean;
}

/**
 * The bytes of one line as text. Bytes that are not UTF-8 are read as Windows-1252 (which holds Latin-1), unless the line has proper UTF-8 characters as
 * well: then only the broken ones become U+FFFD. A line that the bound cut may end inside a character.
 */
export function decodeLine(bytes: Buffer, start: number, end: number, isCut = false): Decoded {
  const text = bytes.toString('utf8', start, end);
  if (!text.includes('\ufffd')) return { text, isMisEncoded: false };
  const line = bytes.subarray(start, isCut ? characterBorder(bytes, start, end) : end);
  if (isUtf8(line)) return { text: line.toString('utf8'), isMisEncoded: false };
  const hasCharacters = /[\u0080-\ufffc]/.test(text);
  return { text: hasCharacters ? text : fromWindows1252(line), isMisEncoded: true };
}

function fromWindows1252(line: Buffer): string {
  return line.toString('latin1').replace(/[\u0080-\u009f]/g, (found) => WINDOWS[found.charCodeAt(0) - 0x80] ?? found);
}

/** The end without the first bytes of a character whose last ones are missing. */
function characterBorder(bytes: Buffer, start: number, end: number): number {
  for (let at = end - 1; at >= start && end - at <= 4; at--) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) return end - at < characterBytes(byte) ? at : end;
  }
  return end;
}

/** Of the character that begins with this byte. */
function characterBytes(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}
