import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { type CallWriter, FILE_WRITERS, NULL_WRITERS, type OpenCallWriter } from './log/call-writers.ts';
import { machine } from './log/machine.ts';

const ROUNDS = 15;
const CALLS_A_TURN = 100;
const WARM_UP_TURNS = 20;

/**
 * What one call of a logger costs its caller, ns: the call alone, in turns of 100 calls each, as a server makes them; `--size` calls a round. The loggers
 * take turns within each round, so that what else the machine does hits all of them; the ratio to pino is of the same round, and of the turn
 * in the middle, which no pause hits; the means beside it have them all, those of the garbage collector too. `cpuUs` is the
 * processor time of a record with all that follows the call. Median of 15 rounds and the interval that holds it in 95 of 100 runs.
 */
export const bench: Bench = async ({ size = '20000' }) => {
  const turns = Math.max(1, Math.round(Number(size) / CALLS_A_TURN));
  return {
    callsARound: turns * CALLS_A_TURN,
    rounds: ROUNDS,
    null: await compare(NULL_WRITERS, turns),
    file: await compare(FILE_WRITERS, turns),
    ...machine(['pino', 'winston', '@logtape/logtape']),
  };
};

interface Cost {
  plain: Spent;
  fields: Spent;
  cpuUs: number;
}

/** ns of one call: over all turns, and in the turn in the middle, which no pause of the machine or of the garbage collector hits. */
interface Spent {
  meanNs: number;
  turnNs: number;
}

interface Figure {
  plainNs: number;
  fieldsNs: number;
  plainTurnNs: number;
  fieldsTurnNs: number;
  cpuUs: number;
  toPinoPlain: Interval;
  toPinoFields: Interval;
}

interface Interval {
  median: number;
  low: number;
  high: number;
}

async function compare(writers: Record<string, OpenCallWriter>, turns: number): Promise<Record<string, Figure>> {
  const names = Object.keys(writers);
  const costs = new Map<string, Cost[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    // Nobody is always the first, or always behind the same one.
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + round) % names.length]!;
      const cost = await measure(writers[name]!, turns);
      // The first round compiles.
      if (round > 0) costs.get(name)!.push(cost);
    }
    process.stderr.write(`round ${round} of ${ROUNDS}\n`);
  }
  const pino = costs.get('pino')!;
  return Object.fromEntries(names.map((name) => [name, figureOf(costs.get(name)!, pino)]));
}

async function measure(open: OpenCallWriter, turns: number): Promise<Cost> {
  const writer = await open();
  await drive(writer, WARM_UP_TURNS, 'withFields');
  await drive(writer, WARM_UP_TURNS, 'plain');
  const before = process.cpuUsage();
  const fields = await drive(writer, turns, 'withFields');
  const plain = await drive(writer, turns, 'plain');
  await writer.end();
  const { user, system } = process.cpuUsage(before);
  return { plain, fields, cpuUs: (user + system) / (2 * turns * CALLS_A_TURN) };
}

async function drive(writer: CallWriter, turns: number, kind: 'plain' | 'withFields'): Promise<Spent> {
  const spent: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const startedAt = process.hrtime.bigint();
    if (kind === 'plain') for (let call = 0; call < CALLS_A_TURN; call++) writer.plain();
    else for (let call = 0; call < CALLS_A_TURN; call++) writer.withFields(call);
    spent.push(Number(process.hrtime.bigint() - startedAt) / CALLS_A_TURN);
    await nextTurn();
  }
  return {
    meanNs: spent.reduce((sum, one) => sum + one, 0) / turns,
    turnNs: sorted(spent)[Math.floor(turns / 2)]!,
  };
}

function figureOf(costs: Cost[], pino: Cost[]): Figure {
  const median = (of: (cost: Cost) => number): number => sorted(costs.map(of))[Math.floor(costs.length / 2)]!;
  return {
    plainNs: Math.round(median(({ plain }) => plain.meanNs)),
    fieldsNs: Math.round(median(({ fields }) => fields.meanNs)),
    plainTurnNs: Math.round(median(({ plain }) => plain.turnNs)),
    fieldsTurnNs: Math.round(median(({ fields }) => fields.turnNs)),
    cpuUs: Math.round(median(({ cpuUs }) => cpuUs) * 100) / 100,
    toPinoPlain: intervalOf(costs.map(({ plain }, round) => plain.turnNs / pino[round]!.plain.turnNs)),
    toPinoFields: intervalOf(costs.map(({ fields }, round) => fields.turnNs / pino[round]!.fields.turnNs)),
  };
}

/** Of order statistics: the median of 15 lies between the 4th and the 12th in 96 of 100 runs (binomial). */
function intervalOf(values: number[]): Interval {
  const ordered = sorted(values).map((value) => Math.round(value * 100) / 100);
  return { median: ordered[7]!, low: ordered[3]!, high: ordered[11]! };
}

function sorted(values: number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
