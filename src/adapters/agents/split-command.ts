const SPECIAL = /[$`\\|&;<>()*?[\]{}~#!\n]/;
/** A word of plain characters and quoted pieces. */
const WORD = /(?:[^\s'"]|'[^']*'|"[^"]*")+/g;
const PIECE = /'([^']*)'|"([^"]*)"|([^'"]+)/g;

/**
 * The words of a command line without a shell: blanks part them, quotes hold them together. Null when a shell would do more than that with it (variables,
 * pipes, substitutions, globs): it is not run as something else than it says.
 */
export function splitCommand(line: string): string[] | null {
  const outside = line
    .trim()
    .replace(/'[^']*'/g, '')
    .replace(/"[^"$`\\]*"/g, '');
  if (/['"]/.test(outside) || SPECIAL.test(outside)) return null;
  const words = (line.trim().match(WORD) ?? []).map((word) =>
    [...word.matchAll(PIECE)].map(([, single, double, plain]) => single ?? double ?? plain ?? '').join(''),
  );
  return words.length === 0 ? null : words;
}
