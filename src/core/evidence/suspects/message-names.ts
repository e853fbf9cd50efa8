import type { Exception } from '../../events/index.ts';

const MOST_NAMES = 12;
/** Words that stand quoted in messages of every program. */
const COMMON = new Set(
  'none null nil undefined true false object function string number int float list dict array map error exception value type name self this nonetype attribute property argument arguments index range module class key the line column file http https localhost'.split(
    ' ',
  ),
);

/**
 * The program's own names in the messages: what is quoted (`KeyError: 'currency'`, `reading 'total'`), called (`place_order()`), or
 * written as code is (`orderTotal`, `order_total`, `Order.total`). Longest first, without common words.
 */
export function namesInMessages(exceptions: readonly Exception[]): string[] {
  const names = new Set<string>();
  for (const { type, message } of exceptions) {
    const text = (message ?? '').slice(0, 1000);
    for (const [, name = ''] of text.matchAll(/['"`‘“]([A-Za-z_$][\w$.-]{2,60})['"`’”]/g)) addName(names, name);
    for (const [, name = ''] of text.matchAll(/\b([A-Za-z_$][\w$.]{2,60})\(/g)) addName(names, name);
    for (const [name] of text.matchAll(/\b[a-z]+(?:[A-Z][a-z0-9]+)+\b|\b[A-Za-z][a-z0-9]*(?:_[A-Za-z0-9]+)+\b/g))
      addName(names, name);
    // The bare message of a KeyError is the key.
    if (/KeyError$/.test(type ?? '') && /^[\w.-]{3,60}$/.test(text)) addName(names, text);
  }
  return [...names].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).slice(0, MOST_NAMES);
}

function addName(names: Set<string>, name: string): void {
  const last = name.split('.').findLast((part) => part.length >= 3) ?? '';
  if (last !== '' && !COMMON.has(last.toLowerCase())) names.add(last);
}

/** Tells whether the text holds the name as a whole word. */
export function holdsName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!/[\w$]/.test(text.charAt(at - 1)) && !/[\w$]/.test(text.charAt(at + name.length))) return true;
  }
  return false;
}
