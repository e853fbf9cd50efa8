import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld, type World } from './deployer-fixtures.ts';
import { type Deployment, isOver } from './deployment.ts';
import type { Fault } from './fake-target-fixtures.ts';

type Fate = Fault | 'killed before' | 'killed after';

const FATES: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 24, arbitrary: fc.constant<Fate>('ok') },
  { weight: 1, arbitrary: fc.constant<Fate>('nothing') },
  { weight: 2, arbitrary: fc.constant<Fate>('lost answer') },
  { weight: 2, arbitrary: fc.constant<Fate>('late') },
  { weight: 2, arbitrary: fc.constant<Fate>('much later') },
  { weight: 2, arbitrary: fc.constant<Fate>('accepted') },
  { weight: 2, arbitrary: fc.constant<Fate>('dropped') },
  { weight: 1, arbitrary: fc.constant<Fate>('refused') },
  { weight: 2, arbitrary: fc.constant<Fate>('killed before') },
  { weight: 2, arbitrary: fc.constant<Fate>('killed after') },
);

const TRUTHS = ['well', 'errors', 'slow', 'unhealthy', 'crashes', 'unreadable', 'bad in the watch'] as const;

interface Case {
  fates: Fate[];
  truth: (typeof TRUTHS)[number];
  isIrreversible: boolean;
  /** Named for the new revision: their values die with the process. */
  hasValues: boolean;
  /** What a person does with what is held. */
  word: 'carry on' | 'roll back';
}

class Killed extends Error {}

/** One process after another over the same rows and the same platform, each call of either of them meeting its fate. */
async function carryOut(given: Case): Promise<{ world: World; over: Deployment }> {
  const { truth, isIrreversible, hasValues, word } = given;
  const fates = createFates(given.fates);
  const world = createWorld({
    fault: fates.atTarget,
    knobs: { stepMs: 20_000, watchMs: 60_000, inconclusiveMs: 60_000, suspectMs: 120_000 },
  });
  spoil(world, truth);
  let life: Life = { isOver: false };
  const begin = () => {
    const own = { isOver: false };
    life = own;
    world.restart((port) => mortal(port, own, (key) => fates.next(key, port === (world.target as object))));
  };
  begin();
  const settings = hasValues ? { environment: { FEATURE_Y: 'on' } } : {};
  const change = { artifact: null, commit: null, settings, unset: [] };
  const { id } = await world.deployer.deploy(world.request({ isIrreversible, change }));
  fates.begin();
  for (let round = 0; round < 3_000; round++) {
    const row = world.store.rows.get(id)!;
    if (isOver(row)) return { world, over: row };
    await (row.phase === 'held' ? decide(world, id, word) : world.turn()).catch((error: unknown) => {
      if (!life.isOver && !(error instanceof Error && /target_|conflict/.test(error.message))) throw error;
      world.now += 1_000;
    });
    if (life.isOver) {
      // Its claim runs out.
      world.now += 60_000;
      begin();
    }
  }
  throw new Error(`never over: ${JSON.stringify(world.store.rows.get(id))}`);
}

interface Life {
  isOver: boolean;
}

function createFates(given: readonly Fate[]) {
  const script = [...given];
  let hasBegun = false;
  let atTarget: Fault = 'ok';
  return {
    atTarget: () => atTarget,
    begin() {
      hasBegun = true;
    },
    /** Looking for work changes nothing: its fates would only use up the script. */
    next(key: string, isTarget: boolean): Fate {
      const fate = !hasBegun || key === 'claimDue' || key === 'nextDue' ? 'ok' : (script.shift() ?? 'ok');
      atTarget = isTarget && !fate.startsWith('killed') ? (fate as Fault) : 'ok';
      return fate;
    },
  };
}

/** A port as one process has it: it may be killed before or after any call, and then nothing of it reaches anybody. */
function mortal<Port extends object>(port: Port, life: Life, fateOf: (key: string) => Fate): Port {
  return new Proxy(port, {
    get(of, key) {
      const method = Reflect.get(of, key) as unknown;
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        const fate = life.isOver ? 'killed before' : fateOf(String(key));
        life.isOver ||= fate === 'killed before';
        if (life.isOver) throw new Killed();
        const answer: unknown = await Promise.resolve(method.apply(of, given)).catch((error: unknown) => ({ error }));
        life.isOver ||= fate === 'killed after';
        if (life.isOver) throw new Killed();
        if (answer !== null && typeof answer === 'object' && 'error' in answer) throw answer.error;
        return answer;
      };
    },
  });
}

async function decide(world: World, id: string, word: Case['word']): Promise<void> {
  if (word === 'carry on') await world.deployer.carryOn(id);
  else await world.deployer.rollback({ ...world.request(), revision: null });
}

function spoil(world: World, truth: Case['truth']): void {
  const isNew = (revision: string) => revision !== 'shop-00001';
  if (truth === 'errors') world.errorShare = (revision) => (isNew(revision) ? 0.3 : 0.01);
  if (truth === 'slow') world.latencyMs = (revision) => (isNew(revision) ? 200 : 80);
  if (truth === 'unhealthy') world.reply = ({ url }) => (url.includes('shop-0000') ? { status: 503 } : {});
  if (truth === 'unreadable') world.canRead = false;
  if (truth === 'crashes') {
    const vitals = world.target.vitals.bind(world.target);
    world.target.vitals = async (revision) => {
      const read = await vitals(revision);
      return { ...read, crashes: world.target.traffic.shares.some((share) => share.revision === revision) ? 3 : 0 };
    };
  }
  if (truth === 'bad in the watch') {
    world.errorShare = (revision) => (isNew(revision) && world.target.traffic.shares.length === 1 ? 0.3 : 0.01);
  }
}

const CASES: fc.Arbitrary<Case> = fc.record({
  fates: fc.array(FATES, { maxLength: 150, size: 'max' }),
  truth: fc.constantFrom(...TRUTHS),
  isIrreversible: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  hasValues: fc.boolean(),
  word: fc.constantFrom('carry on' as const, 'roll back' as const),
});

describe('a deployment that is cut off anywhere', () => {
  it('always ends promoted or rolled back: never split, never twice, told once', { timeout: 240_000 }, async () => {
    const ends = { promoted: 0, rolled_back: 0 };
    await fc.assert(
      fc.asyncProperty(CASES, async (given) => {
        const { world, over } = await carryOut(given);
        world.target.arrive();
        const { shares, followsLatest } = world.target.traffic;
        expect(shares).toHaveLength(1);
        expect(shares[0]!.percent).toBe(100);
        if (over.phase === 'promoted') {
          expect([shares[0]!.revision, followsLatest]).toEqual([over.revision, true]);
        } else {
          expect(shares[0]!.revision).toBe('shop-00001');
        }
        const made = world.target.revisions.filter(({ intentId }) => intentId !== null);
        expect(made.length).toBeLessThanOrEqual(1);
        const told = world.store.outbox.map(({ kind }) => kind);
        expect(told.filter((kind) => kind === 'deployment-finished').length).toBe(over.promotedAt === null ? 0 : 1);
        expect(told.filter((kind) => kind === 'deployment-rolled-back').length).toBe(
          over.phase === 'rolled_back' ? 1 : 0,
        );
        const steps = await world.store.steps(over.id);
        expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
        expect(steps.filter(({ state }) => state === 'intended')).toEqual([]);
        ends[over.phase as keyof typeof ends]++;
        const isBad = given.truth !== 'well' && given.truth !== 'unreadable';
        if (isBad && !given.isIrreversible && given.word === 'roll back') expect(over.phase).toBe('rolled_back');
      }),
      { numRuns: 400 },
    );
    expect(Math.min(ends.promoted, ends.rolled_back)).toBeGreaterThan(25);
  });
});
