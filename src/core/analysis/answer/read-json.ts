/** Openings tried before an answer is given up as having no JSON. */
const TRIES = 20;

/**
 * The JSON value of an answer: alone, in a fence, or in prose around it. Undefined: there is none, or it is cut. One way for all vendors.
 * Linear: at most `TRIES` looks at a text that is bounded before it comes here.
 */
export function readJson(answer: string): unknown {
  const text = answer.trim();
  const whole = parsed(text);
  if (whole !== undefined) return whole;
  const fenced = /```(?:json)?[^\S\n]{0,20}\n?([\s\S]*?)```/i.exec(text)?.[1];
  const inFence = fenced === undefined ? undefined : parsed(fenced.trim());
  if (inFence !== undefined) return inFence;
  let from = text.indexOf('{');
  for (let tries = 0; from >= 0 && tries < TRIES; tries++) {
    const end = endOfObject(text, from);
    const value = end < 0 ? undefined : parsed(text.slice(from, end));
    if (value !== undefined) return value;
    from = text.indexOf('{', from + 1);
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Texts whole, and brackets: what else stands in JSON opens and closes nothing. */
const TOKEN = /"(?:[^"\\]|\\[\s\S])*"?|[{}]/g;

/** Where the object that begins at `from` ends; -1: it does not. */
function endOfObject(text: string, from: number): number {
  TOKEN.lastIndex = from;
  let depth = 0;
  for (let token = TOKEN.exec(text); token !== null; token = TOKEN.exec(text)) {
    if (token[0] === '{') depth++;
    else if (token[0] === '}' && --depth === 0) return token.index + 1;
  }
  return -1;
}
