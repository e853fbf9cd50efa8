/** Classes of characters: what each may be the beginning or the middle of. */
export const NOTHING = 0;
export const LETTER = 1;
export const DIGIT = 2;
export const BREAK = 3;
export const SLASH = 4;
export const QUESTION = 5;
export const AT = 6;
export const COLON = 7;
export const EQUALS = 8;
export const DASH = 9;
export const BRACKET = 10;
export const LETTER_J = 11;
export const ESCAPE = 12;
export const GREATER = 13;
export const HASH = 14;
export const COMMA = 15;
export const TILDE = 16;

export const CLASS = new Uint8Array(128);
for (let code = 0; code <= 32; code++) CLASS[code] = BREAK;
for (let code = 48; code <= 57; code++) CLASS[code] = DIGIT;
for (let code = 65; code <= 90; code++) CLASS[code] = CLASS[code + 32] = LETTER;
for (const [character, kind] of Object.entries({
  '"': BREAK,
  "'": BREAK,
  '`': BREAK,
  '<': BREAK,
  '/': SLASH,
  '?': QUESTION,
  '@': AT,
  ':': COLON,
  '=': EQUALS,
  '-': DASH,
  '[': BRACKET,
  J: LETTER_J,
  '\\': ESCAPE,
  '%': ESCAPE,
  '>': GREATER,
  '#': HASH,
  ',': COMMA,
  '~': TILDE,
})) {
  CLASS[character.charCodeAt(0)] = kind;
}
