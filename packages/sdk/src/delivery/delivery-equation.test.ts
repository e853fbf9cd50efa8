import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../record.ts';
import type { SendOutcome } from '../sinks/sink.ts';
import { createDelivery } from './create-delivery.ts';
import type { CounterLevel, Delivery } from './delivery.ts';
import {
  balance,
  entry,
  filesIn,
  freshFolder,
  ManualTime,
  ScriptedSink,
  settled,
  totalDropped,
} from './delivery-fixtures.ts';

/** Small bounds, so that a few dozen records reach all of them. */
const KNOBS = {
  queueEntries: 20,
  batchEntries: 5,
  segmentBytes: 2_000,
  diskBytes: 24_000,
  turnBytes: 1_500,
  timeoutMs: 500,
};

type Step =
  | { kind: 'accept'; levels: CounterLevel[]; durability: 'turn' | 'record' | 'overflow' }
  | { kind: 'advance'; ms: number }
  | { kind: 'jump'; ms: number }
  | { kind: 'answer'; with: number }
  | { kind: 'flush' }
  | { kind: 'restart' }
  | { kind: 'kill' };

const levels = fc.constantFrom<CounterLevel>('trace', 'debug', 'info', 'info', 'warn', 'error', 'fatal', 'audit');
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('accept' as const),
      levels: fc.array(levels, { minLength: 1, maxLength: 30 }),
      durability: fc.constantFrom('turn' as const, 'turn' as const, 'record' as const, 'overflow' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(1, 200, 1_000, 31_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('jump' as const), ms: fc.constantFrom(-3_600_000, 3_600_000) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), with: fc.nat({ max: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const) }) },
);

/** How a sink behaves, by number; odd ones, told by the id, are refused or put off where a behaviour distinguishes. */
function outcome(behaviour: number, batch: readonly Entry[]): SendOutcome | Promise<SendOutcome> {
  const answered = (kind: (entry: Entry) => 'sent' | 'refused' | 'retry'): SendOutcome => ({
    kind: 'answered',
    roundTripMs: 1 + (batch.length % 7),
    outcomes: batch.map((one) => ({ kind: kind(one), reason: 'told so' })),
  });
  const isOdd = ({ sequence }: Entry) => sequence % 7 === 3;
  switch (behaviour) {
    case 1:
      return { kind: 'retry', reason: 'reset', retryAfterMs: null, isOverloaded: false };
    case 2:
      return { kind: 'retry', reason: '429', retryAfterMs: 3_000, isOverloaded: true };
    case 3:
      return { kind: 'hold', reason: '401', remedy: 'key' };
    case 4:
      return batch.length > 2 ? { kind: 'too-large' } : answered(() => 'sent');
    case 5:
      return batch.some(isOdd) ? { kind: 'bad-batch', reason: '400' } : answered(() => 'sent');
    case 6:
      return answered((one) => (isOdd(one) ? 'refused' : 'sent'));
    case 7:
      return answered((one) => (isOdd(one) ? 'retry' : 'sent'));
    case 8:
      return new Promise(() => undefined);
    default:
      return answered(() => 'sent');
  }
}

class Life {
  readonly time = new ManualTime();
  readonly sink = new ScriptedSink();
  readonly delivery: Delivery;
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.delivery = createDelivery({
      sink: this.sink,
      folder,
      time: this.time,
      knobs: KNOBS,
      onTrouble: () => undefined,
      describeDrops: () => null,
    });
  }

  check(): void {
    const { queued, accounted } = balance(this.delivery);
    expect(accounted).toBe(queued);
  }

  async end(): Promise<void> {
    const ended = this.delivery.shutdown({ timeoutMs: 10 });
    let isEnded = false;
    void ended.then(() => {
      isEnded = true;
    });
    while (!isEnded) {
      await this.time.advance(10);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    this.check();
  }
}

interface World {
  root: string;
  life: Life;
  accepted: Set<string>;
  stored: Set<string>;
  dropped: number;
}

/** What SIGKILL leaves: the files as they are, and nobody who owns them. */
async function kill(world: World): Promise<Life> {
  const { life } = world;
  await settled(2);
  const left = mkdtempSync(join(world.root, 'left-'));
  for (;;) {
    try {
      cpSync(life.folder, left, { recursive: true, filter: (path) => !path.endsWith('owner.json') });
      break;
    } catch {
      // A segment was deleted meanwhile: the picture is taken again.
      rmSync(left, { recursive: true, force: true });
      mkdirSync(left);
    }
  }
  keepBook(world);
  life.sink.answer = { kind: 'retry', reason: 'dead', retryAfterMs: null, isOverloaded: false };
  await life.end();
  return new Life(left);
}

function keepBook(world: World): void {
  for (const id of world.life.sink.stored) world.stored.add(id);
  world.dropped += totalDropped(world.life.delivery.counters());
}

async function step(world: World, doing: Step): Promise<void> {
  const { life } = world;
  switch (doing.kind) {
    case 'accept':
      for (const level of doing.levels) {
        const one = entry({ level, acceptedAt: life.time.now() });
        if (life.delivery.accept(one, doing.durability)) world.accepted.add(one.id);
        life.check();
      }
      return;
    case 'advance':
      return life.time.advance(doing.ms);
    case 'jump':
      life.time.jump(doing.ms);
      return;
    case 'answer':
      life.sink.answer = (batch) => outcome(doing.with, batch);
      return;
    case 'flush': {
      const flushed = life.delivery.flush({ timeoutMs: 300 });
      await life.time.advance(300);
      await flushed;
      return;
    }
    case 'restart':
      await life.end();
      keepBook(world);
      world.life = new Life(life.folder);
      return;
    case 'kill':
      // In `overflow` durability memory alone holds some: what a kill takes there is no fault.
      life.delivery.writeOut();
      world.life = await kill(world);
      return;
    default:
      doing satisfies never;
  }
}

test('queued = sent + dead letters + dropped + waiting at every step, whatever happens; nothing else is ever lost', async () => {
  const freshRoot = freshFolder();
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40 }), async (doings) => {
      const root = mkdtempSync(join(freshRoot, 'run-'));
      const world: World = {
        root,
        life: new Life(mkdtempSync(join(root, 'first-'))),
        accepted: new Set(),
        stored: new Set(),
        dropped: 0,
      };
      for (const doing of doings) {
        await step(world, doing);
        world.life.check();
      }
      await drain(world);
      const dead = deadLetters(root);
      const missing = [...world.accepted].filter((id) => !world.stored.has(id) && !dead.has(id));
      expect(missing.length).toBeLessThanOrEqual(world.dropped);
      rmSync(root, { recursive: true, force: true });
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

/** Successors come until no file is left: one that ends early leaves what it had not looked through yet. */
async function drain(world: World): Promise<void> {
  for (;;) {
    const { life } = world;
    life.sink.answer = (batch) => outcome(0, batch);
    do {
      await life.time.advance(40_000);
      await new Promise((resolve) => setTimeout(resolve, 3));
      life.check();
    } while (life.delivery.gauges().waiting > 0);
    await life.end();
    keepBook(world);
    if (!filesIn(life.folder).some((name) => name.endsWith('.seg'))) return;
    world.life = new Life(life.folder);
  }
}

function deadLetters(root: string): Set<string> {
  const ids = new Set<string>();
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.includes('dead-letters')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    for (const line of text.split('\n').filter(Boolean)) ids.add((JSON.parse(line) as { id: string }).id);
  }
  return ids;
}
