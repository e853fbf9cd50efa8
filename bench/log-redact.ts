import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createRedactor } from '../packages/sdk/src/redact/index.ts';
import { hostileTexts } from '../test/fixtures/hostile-texts.ts';
import { showsSecret } from '../test/fixtures/secrets.ts';
import type { Bench } from './bench.ts';
import { logtapeWriter, PINO_STATIC, PINO_WILDCARDS, pinoWriter, type WriteRecord } from './redact/peers.ts';
import { decoyFields, ordinaryRecords, plantedRecords } from './redact/planted-records.ts';

const ROUNDS = 5;

/**
 * Share of planted secrets that cannot be seen any more, by kind, at depths 1 to 12 (SDK: also in maps, sets and errors); share of decoys that
 * came out as they went in; CPU µs of one record of 10 fields and 250 bytes (`--size` of them, the best of five rounds, the contenders in
 * turns); and the longest that the whole scan of one crafted string of 256 KiB takes. pino and LogTape in the same run.
 */
export const bench: Bench = async ({ size = '50000' }) => {
  const { recall: sdkRecall, missed } = recallOf(sdkWriter(), plantedRecords({ isPlainOnly: false }));
  const plain = plantedRecords({ isPlainOnly: true });
  const peers: Record<string, WriteRecord> = {
    pinoStatic: pinoWriter(PINO_STATIC),
    pinoWildcards: pinoWriter(PINO_WILDCARDS),
    logtape: logtapeWriter(true),
  };
  const slowest = slowestText();
  return {
    planted: plantedRecords({ isPlainOnly: false }).length,
    decoys: decoyFields.length,
    recall: {
      sdk: sdkRecall,
      ...Object.fromEntries(Object.entries(peers).map(([name, write]) => [name, recallOf(write, plain).recall])),
    },
    missed: missed.slice(0, 5),
    precision: {
      sdk: precisionOf(sdkWriter()),
      ...Object.fromEntries(Object.entries(peers).map(([name, write]) => [name, precisionOf(write)])),
    },
    cpuUsPerRecord: costs(Number(size)),
    slowestCraftedTextMs: slowest,
    machine: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    versions: versionsOf('pino', '@logtape/redaction'),
  };
};

function sdkWriter(): WriteRecord {
  const redactor = createRedactor();
  return (message, fields) => JSON.stringify(redactor.record({ message, fields }).parts);
}

function recallOf(write: WriteRecord, records: ReturnType<typeof plantedRecords>) {
  const seen = new Map<string, { hidden: number; all: number }>();
  const missed: string[] = [];
  for (const { kind, secret, fields } of records) {
    const tally = seen.get(kind) ?? { hidden: 0, all: 0 };
    seen.set(kind, tally);
    tally.all++;
    const line = write('a record', fields);
    // What JSON escapes is shown all the same.
    if (showsSecret(line, secret) || showsSecret(line, JSON.stringify(secret).slice(1, -1))) missed.push(kind);
    else tally.hidden++;
  }
  const recall = Object.fromEntries([...seen].map(([kind, { hidden, all }]) => [kind, percent(hidden / all)]));
  return { recall, missed };
}

function precisionOf(write: WriteRecord): number {
  const kept = decoyFields.filter((fields) => {
    const line = write('a record', fields);
    return Object.entries(fields).every(([name, value]) =>
      line.includes(`${JSON.stringify(name)}:${JSON.stringify(value)}`),
    );
  });
  return percent(kept.length / decoyFields.length);
}

function percent(share: number): number {
  return Math.round(share * 10_000) / 100;
}

function costs(size: number): Record<string, number> {
  const records = ordinaryRecords(size);
  const redactor = createRedactor();
  const parsed = createRedactor({ isParsedJson: true });
  const contenders: Record<string, (record: (typeof records)[number]) => unknown> = {
    // Fields as an application hands them over, and as the logger does, which has copied them.
    sdk: (record) => redactor.record(record),
    sdkCopied: (record) => parsed.record(record),
    ...writers({
      pino: pinoWriter(null),
      pinoStatic: pinoWriter(PINO_STATIC),
      pinoWildcards: pinoWriter(PINO_WILDCARDS),
      logtapePlain: logtapeWriter(false),
      logtape: logtapeWriter(true),
    }),
  };
  const best: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    // Other values each round: nothing is remembered from the one before.
    const fresh = ordinaryRecords(size).map(({ message, fields }) => ({
      message: `${message} in round ${round}`,
      fields: { ...fields, path: `${fields.path}/${round}`, requestId: `${fields.requestId}${round}` },
    }));
    const inTurn = Object.entries(contenders);
    // Who comes first pays for what making the records left behind.
    const first = round % inTurn.length;
    for (const [name, run] of [...inTurn.slice(first), ...inTurn.slice(0, first)]) {
      const cpu = process.cpuUsage();
      for (const record of fresh) run(record);
      const { user, system } = process.cpuUsage(cpu);
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, Math.round(((user + system) / size) * 100) / 100);
    }
  }
  return best;
}

function writers(all: Record<string, WriteRecord>) {
  return Object.fromEntries(
    Object.entries(all).map(([name, write]) => [
      name,
      ({ message, fields }: { message: string; fields: Record<string, unknown> }) => write(message, fields),
    ]),
  );
}

function slowestText(): { name: string; cpuMs: number } {
  let slowest = { name: '', cpuMs: 0 };
  for (const { name, text } of hostileTexts) {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round++) {
      const redactor = createRedactor();
      const cpu = process.cpuUsage();
      redactor.text(text);
      const { user, system } = process.cpuUsage(cpu);
      best = Math.min(best, (user + system) / 1_000);
    }
    if (best > slowest.cpuMs) slowest = { name, cpuMs: Math.round(best * 10) / 10 };
  }
  return slowest;
}

function versionsOf(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
      return [name, (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version];
    }),
  );
}
