import type { Readiness } from '../contracts/api/overview.ts';
import { type Clock, GuardianError, steadyNow, toGuardianError } from '../core/shared/index.ts';
import type { Services } from './app-env.ts';

/** Whoever asks waits no longer for any of them. */
const LONGEST_MS = 2_000;

type Dependency = Readiness['dependencies'][number];

/** Each dependency, asked at once with the others and bounded by itself. */
export async function readReadiness({ intake, store, search, clock }: Services): Promise<Readiness> {
  const looks: Promise<Dependency>[] = [
    look({ name: 'store', isRequired: true }, clock, async () => void (await store.state())),
    look({ name: 'intake', isRequired: true }, clock, async () => {
      const { problem } = intake.state();
      if (problem) throw new GuardianError(problem.code, { reason: problem.reason });
    }),
  ];
  const cluster = search?.cluster ? search : null;
  if (cluster) {
    // The database answers while it is away.
    looks.push(
      look({ name: 'search', isRequired: false }, clock, async () => {
        const [problem] = await cluster.problems();
        if (problem) throw problem;
      }),
    );
  }
  const dependencies = await Promise.all(looks);
  return { isReady: dependencies.every(({ isReady, isRequired }) => isReady || !isRequired), dependencies };
}

async function look(
  named: Pick<Dependency, 'name' | 'isRequired'>,
  clock: Clock,
  ask: () => Promise<void>,
): Promise<Dependency> {
  const began = steadyNow(clock);
  const problem = await bounded(ask());
  return { ...named, isReady: problem === null, problem, durationMs: Math.round(steadyNow(clock) - began) };
}

async function bounded(asked: Promise<void>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, LONGEST_MS, 'timeout');
  });
  try {
    const said = asked.then(
      () => null,
      (thrown: unknown) => toGuardianError(thrown).code,
    );
    return await Promise.race([said, late]);
  } finally {
    clearTimeout(timer);
  }
}
