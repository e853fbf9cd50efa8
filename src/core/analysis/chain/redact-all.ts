/** Characters that are redacted at a time: a redactor reads 262,144 of one text, and cuts the rest off. */
const SLICE = 200_000;

/** Redacts a text of any length, in slices that end where a line does; only a single line beyond the bound is cut, and marked. */
export function redactAll(text: string, redactor: { text(text: string): string }): string {
  if (text.length <= SLICE) return redactor.text(text);
  const slices: string[] = [];
  let from = 0;
  while (from < text.length) {
    const isLast = text.length - from <= SLICE;
    const before = isLast ? -1 : text.lastIndexOf('\n', from + SLICE);
    const next = before > from ? before : text.indexOf('\n', from + SLICE);
    const end = isLast || next < 0 ? text.length : next;
    slices.push(redactor.text(text.slice(from, end)));
    from = end;
  }
  return slices.join('');
}
