/** `place=Hall, client=Opera` → the labels; what has no `=` is a label without a value. */
export function readLabels(text: string): Record<string, string> {
  const labels: [string, string][] = [];
  for (const part of text.split(',')) {
    const [name = '', ...rest] = part.split('=');
    if (name.trim() !== '') labels.push([name.trim(), rest.join('=').trim()]);
  }
  return Object.fromEntries(labels);
}
