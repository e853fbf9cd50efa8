const LONGEST = 500;

/** Text of others as one line that Markdown takes as text: no heading, link, HTML or table comes of it. */
export function line(text: string): string {
  return text
    .slice(0, LONGEST)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>#|!~&]/g, (found) =>
      found === '<' ? '&lt;' : found === '>' ? '&gt;' : found === '&' ? '&amp;' : `\\${found}`,
    );
}

/** As code: backticks cannot end it. */
export function code(text: string): string {
  const plain = text
    .slice(0, LONGEST)
    .replace(/[\p{C}\s]+/gu, ' ')
    .replaceAll('`', 'ˋ')
    .replaceAll('|', '¦');
  return `\`${plain}\``;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}
