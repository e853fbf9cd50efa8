/** One line of figures. */
export interface Sample {
  /** As it stands in the text: of a histogram with `_bucket`, `_sum` or `_count`. */
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

export interface ExposedFamily {
  name: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  help: string | null;
  samples: Sample[];
}

export interface Exposition {
  families: ExposedFamily[];
  /** What breaks the format, each with its line. */
  problems: string[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const TYPES: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const SUFFIXES: Record<string, readonly string[]> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

/**
 * Reads Prometheus's text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). Never throws: what cannot be read is told of in
 * `problems`, and the lines behind it are read all the same.
 */
export function parseExposition(text: string): Exposition {
  const families = new Map<string, ExposedFamily>();
  const problems: string[] = [];
  const seen = new Set<string>();
  if (text !== '' && !text.endsWith('\n')) problems.push('the last line has no end');
  text.split('\n').forEach((line, index) => {
    const problem = line.trim() === '' ? null : line.startsWith('#') ? comment(line) : sample(line);
    if (problem !== null) problems.push(`line ${index + 1}: ${problem}`);
  });
  return { families: [...families.values()], problems };

  function comment(line: string): string | null {
    const [, kind, name = '', rest = ''] = /^#[ \t]+(HELP|TYPE)[ \t]+(\S+)[ \t]*(.*)$/.exec(line) ?? [];
    if (kind === undefined) return null;
    if (NAME.exec(name)?.[0] !== name) return `"${name}" is no name of a metric`;
    return kind === 'HELP' ? help(familyOf(name), rest) : type(familyOf(name), rest);
  }

  function help(family: ExposedFamily, text: string): string | null {
    if (family.help !== null) return `a second HELP of ${family.name}`;
    family.help = text.replace(/\\(\\|n)/g, (_, letter) => (letter === 'n' ? '\n' : '\\'));
    return null;
  }

  function type(family: ExposedFamily, given: string): string | null {
    if (!TYPES.has(given)) return `"${given}" is no type`;
    if (family.samples.length > 0) return `TYPE of ${family.name} comes after its samples`;
    if (family.type !== 'untyped') return `a second TYPE of ${family.name}`;
    family.type = given as ExposedFamily['type'];
    return null;
  }

  function familyOf(name: string): ExposedFamily {
    let family = families.get(name);
    if (!family) {
      family = { name, type: 'untyped', help: null, samples: [] };
      families.set(name, family);
    }
    return family;
  }

  function sample(line: string): string | null {
    const name = NAME.exec(line)?.[0];
    if (name === undefined) return 'it does not begin with a name';
    const read = readLabels(line, name.length);
    if (typeof read === 'string') return read;
    const [value, ...rest] = line
      .slice(read.end)
      .trim()
      .split(/[ \t]+/);
    const number = numberOf(value ?? '');
    if (number === null) return `"${value ?? ''}" is no value`;
    if (rest.length > 1 || (rest.length === 1 && !/^-?\d+$/.test(rest[0]!))) return 'more follows than a timestamp';
    const key = `${name}${JSON.stringify(Object.entries(read.labels).sort())}`;
    if (seen.has(key)) return `${name} with the same labels stands twice`;
    seen.add(key);
    ownerOf(name).samples.push({ name, labels: read.labels, value: number });
    return null;
  }

  /** `x_bucket` belongs to the histogram `x`, where there is one. */
  function ownerOf(name: string): ExposedFamily {
    const own = families.get(name);
    if (own) return own;
    for (const [type, suffixes] of Object.entries(SUFFIXES))
      for (const suffix of suffixes) {
        const owner = name.endsWith(suffix) ? families.get(name.slice(0, -suffix.length)) : undefined;
        if (owner?.type === type) return owner;
      }
    return familyOf(name);
  }
}

/** From `{` to behind `}`; nothing where there are none. A text says what is wrong. */
function readLabels(line: string, from: number): { labels: Record<string, string>; end: number } | string {
  const labels: Record<string, string> = {};
  let at = skipBlank(line, from);
  if (line[at] !== '{') return { labels, end: at };
  at = skipBlank(line, at + 1);
  while (line[at] !== '}') {
    const name = LABEL.exec(line.slice(at, at + 300))?.[0];
    if (name === undefined) return 'a label has no name';
    if (name in labels) return `label "${name}" stands twice`;
    at = skipBlank(line, at + name.length);
    if (line[at] !== '=') return `label "${name}" has no value`;
    at = skipBlank(line, at + 1);
    const value = readQuoted(line, at);
    if (value === null) return `the value of label "${name}" is not quoted whole`;
    labels[name] = value.text;
    at = skipBlank(line, value.end);
    if (line[at] === ',') at = skipBlank(line, at + 1);
    else if (line[at] !== '}') return 'the labels do not end';
  }
  return { labels, end: at + 1 };
}

function readQuoted(line: string, from: number): { text: string; end: number } | null {
  if (line[from] !== '"') return null;
  let text = '';
  for (let at = from + 1; at < line.length; at++) {
    const letter = line[at]!;
    if (letter === '"') return { text, end: at + 1 };
    if (letter !== '\\') {
      text += letter;
      continue;
    }
    at++;
    const escaped = line[at];
    if (escaped !== '\\' && escaped !== '"' && escaped !== 'n') return null;
    text += escaped === 'n' ? '\n' : escaped;
  }
  return null;
}

function skipBlank(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at++;
  return at;
}

function numberOf(text: string): number | null {
  if (/^[+-]?inf(?:inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}
