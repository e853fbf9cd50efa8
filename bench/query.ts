import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openStore, type Store } from '../src/adapters/store/sql/index.ts';
import type { EventQuery } from '../src/core/events/index.ts';
import type { IssueFilter } from '../src/core/issues/index.ts';
import { systemClock } from '../src/core/shared/index.ts';
import type { Bench } from './bench.ts';
import { fillStore, SPAN_MS, START } from './query/fill-store.ts';
import { type Chance, createChance, SERVICES } from './query/log-lines.ts';

const EVENTS = 10_000_000;
const RUNS = 60;
const END = START + SPAN_MS;
const DAY_MS = 86_400_000;

/**
 * What screens ask of a SQLite store of ten million events: milliseconds of each question (median, 95 of 100, longest), asked one after another
 * from the thread that serves, and how long that thread was held meanwhile. Made once under bench/data. `--size N`: events; `--data FOLDER`.
 */
export const bench: Bench = async ({ size, data }) => {
  const events = Number(size ?? EVENTS);
  const folder = data ?? fileURLToPath(new URL(`./data/query-${events}`, import.meta.url));
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  if (!existsSync(folder)) await fillStore(folder, events, tell);
  const store = await openStore({ dialect: { kind: 'sqlite', folder }, role: 'main', clock: systemClock });
  try {
    if ((await store.settings.get('bench.filled')) !== events) throw new Error(`${folder} is not whole: delete it`);
    const held = watchThread();
    const questions: Record<string, unknown> = {};
    for (const [name, ask] of Object.entries(QUESTIONS)) {
      questions[name] = await measure(store, ask);
      tell(`${name} ${JSON.stringify(questions[name])}`);
    }
    const { bytes } = await store.state();
    return { events, bytesPerEvent: Math.round(bytes / events), heldMs: held(), questions };
  } finally {
    await store.close();
  }
};

type Question = (store: Store, chance: Chance) => Promise<unknown>;

const QUESTIONS: Record<string, Question> = {
  'issue list': ({ issues }, chance) => issues.list({ ...ANY_ISSUE, sort: chance.of(SORTS) }),
  'issue list, words': ({ issues }, chance) =>
    issues.list({ ...ANY_ISSUE, words: [`issue-${chance.below(500)}`, 'reset'] }),
  'issue page': issuePage,
  overview: ({ activity }) => activity.services(END),
  'histogram 24 h': ({ index }) => index.histogram(conditions({ from: END - DAY_MS, to: END }), 60),
  'histogram 24 h, service': ({ index }, chance) =>
    index.histogram(conditions({ from: END - DAY_MS, to: END, fields: field('service', chance.of(SERVICES)) }), 60),
  'histogram 24 h, word': ({ index }, chance) =>
    index.histogram(
      conditions({ from: END - DAY_MS, to: END, words: words(chance.of(['reset', 'timeout', 'finished'])) }),
      60,
    ),
  'events, newest': ({ index }) => index.search(search({})),
  'events, page in the middle': ({ index }, chance) => index.search(search({ to: START + chance.below(SPAN_MS) })),
  'events of a service': ({ index }, chance) => index.search(search({ fields: field('service', chance.of(SERVICES)) })),
  'errors of a service': ({ index }, chance) =>
    index.search(search({ fields: field('service', chance.of(SERVICES)), minimumSeverity: 17 })),
  'frequent word': ({ index }, chance) =>
    index.search(search({ words: words(chance.of(['connection', 'order', 'ms'])) })),
  'rare word': ({ index }, chance) => index.search(search({ words: words(String(chance.below(1_000_000))) })),
  'unknown word': ({ index }, chance) => index.search(search({ words: words(`nowhere${chance.below(1_000)}`) })),
  'two words': ({ index }, chance) =>
    index.search(search({ words: [...words('connection'), ...words(String(chance.below(5_000)))] })),
  phrase: ({ index }, chance) =>
    index.search(search({ words: words(chance.of(['reset by peer', 'slow query', 'next run in'])) })),
  beginning: ({ index }, chance) => index.search(search({ words: words(chance.of(['conn*', '4711*', 'notif*'])) })),
  'word without another': ({ index }) =>
    index.search(search({ words: [...words('connection'), { text: 'reset', isExcluded: true }] })),
  trace: ({ index }, chance) => index.search(search({ fields: field('trace', chance.hex(32)) })),
};

const SORTS = ['last-seen', 'first-seen', 'incidents', 'users'] as const;

const ANY_ISSUE: IssueFilter = {
  words: [],
  states: ['open', 'regressed', 'handed off'],
  projectId: 1,
  service: null,
  revision: null,
  assignee: null,
  minimumSeverity: null,
  sort: 'last-seen',
  cursor: null,
  limit: 50,
};

/** Everything one page of an issue shows. */
async function issuePage({ issues, index }: Store, chance: Chance): Promise<unknown> {
  const id = `issue-${chance.below(4_000)}`;
  const issue = await issues.get(id);
  if (!issue) throw new Error(`no ${id}`);
  return Promise.all([
    issues.about(id),
    issues.hours([id], END - 7 * DAY_MS),
    issues.incidents(id, { cursor: null, limit: 20 }),
    index.get([issue.firstEventSeq, issue.lastEventSeq]),
    index.search(search({ fields: field('issue', id) })),
  ]);
}

function search(changes: Partial<EventQuery>): EventQuery {
  return {
    words: [],
    fields: [],
    minimumSeverity: null,
    projectId: 1,
    from: null,
    to: null,
    cursor: null,
    limit: 100,
    order: 'newest',
    ...changes,
  };
}

function conditions(changes: Partial<EventQuery>): Omit<EventQuery, 'cursor' | 'limit' | 'order'> {
  const { cursor: _, limit: __, order: ___, ...rest } = search(changes);
  return rest;
}

function field(name: string, value: string): EventQuery['fields'] {
  return [{ name, value, isExcluded: false }];
}

function words(text: string): EventQuery['words'] {
  return [{ text, isExcluded: false }];
}

async function measure(store: Store, ask: Question) {
  const chance = createChance(99);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    await ask(store, chance);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(times[Math.min(Math.floor(RUNS * share), RUNS - 1)]! * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** The longest time that this thread did not come round. */
function watchThread(): () => number {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 5);
    last = now;
  }, 5);
  return () => {
    clearInterval(timer);
    return Math.round(longest * 10) / 10;
  };
}
