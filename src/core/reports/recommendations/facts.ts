/**
 * What may enter a sentence of advice: names of a shape that cannot carry an instruction, markup or a command. Anything else is
 * left out of the sentence; it stands in the evidence, as what it is.
 */

const TYPE = /^(?:[A-Za-z_$][\w$.:\\]{0,119}|HTTP \d{3})$/;
const PATH = /^(?:[A-Za-z]:)?[\w@.+~/\\()[\]-]{1,240}$/;
const ENDPOINT = /^(?:[A-Z]{3,12} )?\/[\w\-.~:/@%+{}*]{0,200}$/;
const FUNCTION = /^[\w$.:#~-]{1,120}$/;
const COMMIT = /^[0-9a-f]{7,64}$/;

export const safeType = (text: string | null) => safe(text, TYPE);
export const safePath = (text: string | null) => safe(text, PATH);
export const safeEndpoint = (text: string | null) => safe(text, ENDPOINT);
export const safeFunction = (text: string | null) => safe(text, FUNCTION);
export const safeCommit = (text: string | null) => safe(text, COMMIT);

/** `src/cart.py:88`; null when the path is unknown or of no safe shape. */
export function placeOf(location: { file: string; line: number | null } | null): string | null {
  const path = safePath(location?.file ?? null);
  if (path === null) return null;
  return location?.line == null ? path : `${path}:${location.line}`;
}

function safe(text: string | null, shape: RegExp): string | null {
  return text !== null && shape.test(text) && !text.includes('://') ? text : null;
}
