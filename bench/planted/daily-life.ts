/** The sources of a made-up service, and what happens to them on ordinary days. */

/** Functions by file: what the later commits change, one body at a time. */
export type Sources = Map<string, Map<string, string[]>>;

const VERBS = ['collect', 'prepare', 'update', 'combine', 'describe', 'measure'];

export function makeSources(topic: string): Sources {
  const sources: Sources = new Map();
  const add = (path: string, name: string, body: string[]) => {
    const functions = sources.get(path) ?? new Map<string, string[]>();
    functions.set(name, body);
    sources.set(path, functions);
  };
  add('app/models.py', 'Line', [
    'class Line:',
    '    def __init__(self, price, label):',
    `        self.${topic}_price = price`,
    '        self.label = label',
  ]);
  add('app/totals.py', `sum_${topic}`, [
    `def sum_${topic}(lines):`,
    '    amount = 0',
    '    for line in lines:',
    `        amount += line.${topic}_price`,
    '    return amount',
  ]);
  add('app/totals.py', `walk_${topic}`, [
    `def walk_${topic}(lines):`,
    '    names = []',
    '    for index in range(len(lines)):',
    '        current = lines[index]',
    '        names.append(current.label)',
    '    return names',
  ]);
  add('app/store.py', `find_${topic}_customer`, [
    `def find_${topic}_customer(rows, key):`,
    '    found = rows[key]',
    '    return found',
  ]);
  add('app/checkout.py', `ship_${topic}`, [
    `def ship_${topic}(rows, key):`,
    `    customer = find_${topic}_customer(rows, key)`,
    '    address = customer.address',
    '    return address.lines',
  ]);
  add('app/checkout.py', `pay_${topic}`, [
    `def pay_${topic}(settings, amount):`,
    `    timeout = settings["${topic}_timeout"]`,
    '    return charge(amount, timeout)',
  ]);
  add('app/database.py', `open_${topic}`, [
    `def open_${topic}(url, driver):`,
    '    connection = driver.connect(url)',
    '    connection.autocommit = True',
    '    return connection',
  ]);
  add('app/routes.py', `post_${topic}`, [
    `def post_${topic}(request):`,
    `    result = handle_${topic}(request)`,
    '    return render(result)',
  ]);
  for (const path of [...sources.keys(), 'app/mail.py', 'app/format.py']) {
    for (const verb of VERBS) {
      const name = `${verb}_${path.slice(4, -3)}`;
      add(path, name, [
        `def ${name}(values):`,
        '    chosen = []',
        '    for value in values:',
        '        if value > 1:',
        '            chosen.append(value)',
        '    return chosen',
      ]);
    }
  }
  return sources;
}

export function render(
  sources: Sources,
  settings: Map<string, string>,
  files: readonly string[],
): Record<string, string> {
  const rendered: Record<string, string> = {};
  for (const path of files) {
    const functions = sources.get(path);
    rendered[path] = functions
      ? `${[...functions.values()].map((body) => body.join('\n')).join('\n\n\n')}\n`
      : `${[...settings].map(([key, value]) => `${key}: ${value}`).join('\n')}\n`;
  }
  return rendered;
}

/** Changes the body of one function that no trace goes through; gives its name. */
export function editFiller(sources: Sources, random: (below: number) => number, only?: string): string {
  const paths = only ? [only] : [...sources.keys()];
  const functions = sources.get(paths[random(paths.length)] ?? '') ?? new Map<string, string[]>();
  const names = [...functions.keys()].filter((name) => VERBS.some((verb) => name.startsWith(`${verb}_`)));
  const name = names[random(names.length)] ?? '';
  const body = [...(functions.get(name) ?? [])];
  body[3] = `        if value > ${2 + random(9000)}:`;
  functions.set(name, body);
  return name;
}

export interface NoiseInput {
  sources: Sources;
  /** No change is to blame: then none may touch the failing functions, or who could tell? */
  isInnocent: boolean;
  settings: Map<string, string>;
  random: (below: number) => number;
  traced: readonly string[];
  commit: (subject: string, files: string[], time: number, extra?: Record<string, string>) => void;
  time: number;
}

/** One commit of daily life: other functions (some of them in the traced files), notes, and layout of the very lines that fail. */
export function noise(
  index: number,
  { sources, settings, isInnocent, random, traced, commit, time }: NoiseInput,
): void {
  const [crashFile = ''] = traced;
  if (index % 10 === 3) commit('Write notes', [], time, { 'docs/notes.md': `Note ${index} ${random(1000)}\n` });
  else if (index % 10 === 5 && !isInnocent) {
    // A harmless line, first or last, in functions of the crash file that the trace may go through, and another setting.
    for (const [name, body] of sources.get(crashFile) ?? []) {
      const isFiller = VERBS.some((verb) => name.startsWith(`${verb}_`));
      if (isFiller || random(2) === 0) continue;
      body.splice(random(2) === 0 ? 1 : body.length, 0, `    trace("${name}", ${index})`);
    }
    settings.set('retries', String(random(9)));
    commit('Trace the calls', [crashFile, 'config/settings.yaml'], time);
  } else if (index % 10 === 6) {
    // Layout only: comments and blank lines in every function of the crash file.
    for (const [name, body] of sources.get(crashFile) ?? []) {
      sources.get(crashFile)?.set(
        name,
        body.map((line) =>
          (line.includes('#') ? line : `${line}  # ${index}`).replace(/ {2}# \d+$/, (mark) =>
            /(?:lines\[index\]|\.address|connect\(url\)|_timeout"\]|_price|\.label|\(request\))/.test(line) ? '' : mark,
          ),
        ),
      );
    }
    commit('Comment the code', [crashFile], time);
  } else if (index % 10 === 8) commit(`Improve ${editFiller(sources, random, crashFile)}`, [crashFile], time);
  else {
    const name = editFiller(sources, random);
    commit(`Improve ${name}`, [...sources.keys()], time);
  }
}
