/** The basic and the extended table of GSM 03.38; a character of the extended one counts twice. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENDED = '\f^{}\\[~]|€';
const PRICES = new Map([
  ...[...BASIC].map((c): [string, number] => [c, 1]),
  ...[...EXTENDED].map((c): [string, number] => [c, 2]),
]);

/** Units of a message that is alone in its segment, and of each of several: some go for the joining header. */
const GSM = { alone: 160, joined: 153 };
const UCS2 = { alone: 70, joined: 67 };

/** Cut so that it fits into so many segments of an SMS: 7 bits a character when all stand in GSM 03.38, else 16. */
export function cutToSegments(text: string, segments: number): string {
  const plain = text
    .replace(/[‘’]/g, "'")
    .replace(/[“”«»]/g, '"')
    .replace(/[–—]/g, '-')
    .replaceAll('…', '...')
    .replaceAll('\u00a0', ' ');
  const isGsm = [...plain].every((character) => PRICES.has(character));
  const { alone, joined } = isGsm ? GSM : UCS2;
  const price = (character: string) => (isGsm ? PRICES.get(character)! : character.length);
  const total = [...plain].reduce((sum, character) => sum + price(character), 0);
  if (total <= alone) return plain;
  const room = segments === 1 ? alone : joined * segments;
  if (total <= room) return plain;
  let used = 3;
  let kept = '';
  for (const character of plain) {
    used += price(character);
    if (used > room) break;
    kept += character;
  }
  return `${kept}...`;
}
