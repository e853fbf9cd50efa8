import type { MadeCommit } from '../../test/fixtures/make-repository.ts';
import { editFiller, makeSources, noise, render, type Sources } from './daily-life.ts';

/** A made-up service whose history holds one guilty commit, or none, under twenty others. */
export interface PlantedCase {
  name: string;
  commits: MadeCommit[];
  /** Index of the guilty commit; null when no change is to blame. */
  guilty: number | null;
  errorType: string;
  message: string;
  /** Crash first: the file and the text of its line. */
  frames: { path: string; text: string; function: string }[];
  firstSeen: number;
  /** Indices of the commits of the last revision without the error and the first with it; null when nobody knows. */
  range: { without: number; first: number } | null;
}

export type Bug = 'rename' | 'null' | 'off-by-one' | 'configuration' | 'wrong line' | 'outage' | 'old bug';

export const BUGS: readonly Bug[] = [
  'rename',
  'null',
  'off-by-one',
  'configuration',
  'wrong line',
  'outage',
  'old bug',
];

const DAY_MS = 86_400_000;
const START = Date.UTC(2025, 0, 6, 9);
const OLD_COMMITS = 8;
const LATER_COMMITS = 20;
/** The old code is this much older than the guilty commit. */
const QUIET_DAYS = 200;
const TOPICS = ['invoice', 'basket', 'voucher', 'parcel', 'refund', 'stock', 'rating', 'letter'];

/** Small, seeded, good enough to vary cases: the same seed gives the same case (mulberry32). */
function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function plantCase(bug: Bug, seed: number, isRangeKnown: boolean): PlantedCase {
  const random = createRandom(seed * 7919 + BUGS.indexOf(bug));
  const topic = TOPICS[random(TOPICS.length)] ?? 'invoice';
  const sources = makeSources(topic);
  const settings = new Map([
    [`${topic}_limit`, String(10 + random(90))],
    [`${topic}_timeout`, String(5 + random(50))],
    ['retries', '3'],
  ]);
  const commits: MadeCommit[] = [];
  const commit = (subject: string, files: string[], time: number, extra: Record<string, string> = {}) =>
    commits.push({
      subject,
      author: `Dev ${commits.length % 4}`,
      time,
      files: { ...render(sources, settings, files), ...extra },
    });

  const everything = [...sources.keys(), 'config/settings.yaml'];
  commit('Start the service', everything, START);
  for (let index = 1; index < OLD_COMMITS; index++) {
    commit(`Improve ${editFiller(sources, random)}`, everything, START + index * DAY_MS);
  }
  const bugTime = START + QUIET_DAYS * DAY_MS;
  const about = describe(bug, topic);
  const guilty = about.plant ? commits.length : null;
  if (about.plant) commit(about.plant(sources, settings, topic), everything, bugTime);
  for (let index = 0; index < LATER_COMMITS; index++) {
    const time = bugTime + Math.floor(((index + 1) * (4 + random(3)) * DAY_MS) / 10);
    noise(index, {
      sources,
      settings,
      isInnocent: about.plant === null,
      random,
      traced: about.frames.map(({ path }) => path),
      commit: (...args) => commit(...args),
      time,
    });
  }
  const last = commits.length - 1;
  const first = OLD_COMMITS + 2 + random(LATER_COMMITS - 3);
  return {
    name: `${bug} ${seed} ${isRangeKnown ? 'deployed' : 'unknown'}`,
    commits,
    guilty,
    errorType: about.errorType,
    message: about.message,
    frames: about.frames,
    firstSeen: (isRangeKnown ? (commits[first]?.time ?? 0) : (commits[last]?.time ?? 0)) + 3 * 3_600_000,
    range: isRangeKnown ? { without: OLD_COMMITS - 1 - random(2), first } : null,
  };
}

interface Described {
  errorType: string;
  message: string;
  frames: PlantedCase['frames'];
  /** Changes the sources and gives the subject; null when no change is to blame. */
  plant: ((sources: Sources, settings: Map<string, string>, topic: string) => string) | null;
}

function describe(bug: Bug, topic: string): Described {
  const total = { path: 'app/totals.py', text: `        amount += line.${topic}_price`, function: `sum_${topic}` };
  const ending = { path: 'app/totals.py', text: '        current = lines[index]', function: `walk_${topic}` };
  const lookup = { path: 'app/checkout.py', text: '    address = customer.address', function: `ship_${topic}` };
  const setting = {
    path: 'app/checkout.py',
    text: `    timeout = settings["${topic}_timeout"]`,
    function: `pay_${topic}`,
  };
  const connect = { path: 'app/database.py', text: '    connection = driver.connect(url)', function: `open_${topic}` };
  const route = { path: 'app/routes.py', text: `    result = handle_${topic}(request)`, function: `post_${topic}` };
  const change = (path: string, name: string, from: string, to: string, subject: string) => (sources: Sources) => {
    const body = sources.get(path)?.get(name) ?? [];
    sources.get(path)?.set(
      name,
      body.map((line) => line.replace(from, to)),
    );
    return subject;
  };
  switch (bug) {
    case 'rename':
      return {
        errorType: 'AttributeError',
        message: `'Line' object has no attribute '${topic}_price'`,
        frames: [total, route],
        plant: change('app/models.py', 'Line', `${topic}_price`, 'unit_price', 'Call prices by one name'),
      };
    case 'null':
      return {
        errorType: 'AttributeError',
        message: "'NoneType' object has no attribute 'address'",
        frames: [lookup, route],
        plant: change(
          'app/store.py',
          `find_${topic}_customer`,
          '    return found',
          '    return found if found.active else None',
          'Leave out closed accounts',
        ),
      };
    case 'off-by-one':
      return {
        errorType: 'IndexError',
        message: 'list index out of range',
        frames: [ending, route],
        plant: change(
          'app/totals.py',
          `walk_${topic}`,
          'range(len(lines))',
          'range(len(lines) + 1)',
          'Include the last line',
        ),
      };
    case 'configuration':
      return {
        errorType: 'KeyError',
        message: `'${topic}_timeout'`,
        frames: [setting, route],
        plant: (_sources, settings) => {
          settings.set(`${topic}_wait`, settings.get(`${topic}_timeout`) ?? '5');
          settings.delete(`${topic}_timeout`);
          return 'Tidy the settings';
        },
      };
    case 'wrong line':
      return {
        errorType: 'TypeError',
        message: "unsupported operand type(s) for +: 'int' and 'str'",
        frames: [{ ...total, text: `        amount += line.label` }, route],
        plant: change('app/totals.py', `sum_${topic}`, `line.${topic}_price`, 'line.label', 'Sum what is shown'),
      };
    case 'outage':
      return {
        errorType: 'ConnectionRefusedError',
        message: '[Errno 111] Connection refused',
        frames: [connect, lookup, route],
        plant: null,
      };
    case 'old bug':
      return { errorType: 'IndexError', message: 'list index out of range', frames: [ending, route], plant: null };
    default: {
      const never: never = bug;
      return never;
    }
  }
}
