/**
 * Text as patterns see it: lower case, without accents, with plain quotes and single spaces. `Débranché` and `DEBRANCHE` are one word. Linear.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[œæßøłđ’‘ʼ]/g, (character) => LIGATURES[character] ?? character)
    .replace(/\s+/g, ' ')
    .trim();
}

const LIGATURES: Record<string, string> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  '’': "'",
  '‘': "'",
  ʼ: "'",
};
