import type { Deployment } from '../deployment.ts';
import { settingsDifference } from '../plan-settings.ts';
import type { RevisionChange } from '../settings.ts';
import { carryOut } from './carry-out.ts';
import { type EngineContext, enter, giveUp, type Move } from './move.ts';

/** The revision at 0 %, made of exactly what the plan says; what it came out as is compared before anybody is sent there. */
export async function create(deployment: Deployment, context: EngineContext): Promise<Move> {
  const { plan, createdBy, intent } = deployment;
  const change = await changeOf(deployment, context);
  // Whether it was made is asked first: then the values are no longer needed.
  if (change === null && intent !== null) return giveUp(deployment, context.clock.now(), 'values_lost');
  return carryOut(deployment, context, {
    kind: 'create',
    detail: { digest: plan.digest, buildId: deployment.buildId },
    withIntent: createdBy === null ? { createdBy: `${deployment.id}/${deployment.stepRows + 1}-create` } : {},
    async act(given) {
      if (change === 'made' || change === null) return;
      await context.target.createRevision({
        ...given,
        change,
        digest: plan.digest,
        buildId: deployment.buildId,
        etag: plan.etag,
      });
    },
    agrees: ({ revision }) => revision !== null,
    done({ revision }, now) {
      const made = revision!;
      const known = { revision: made.name, address: made.address };
      const differs = settingsDifference(plan.settings, made.settings);
      if (differs.length > 0) {
        const facts = {
          settings: differs
            .map(({ path }) => path)
            .join(', ')
            .slice(0, 500),
        };
        const { change: back } = giveUp({ ...deployment, ...known, intent: null }, now, 'settings_differ', facts);
        return { change: { ...back, ...known } };
      }
      return { change: enter('checking', now, known) };
    },
  });
}

/** `made`: a former attempt got through. Null: the values went with the process that knew them. */
async function changeOf(
  { plan, createdBy, intent }: Deployment,
  { target, values }: EngineContext,
): Promise<RevisionChange | 'made' | null> {
  const { settings, ...change } = plan.change;
  const { environmentNames, ...named } = settings;
  if (environmentNames.length === 0) return { ...change, settings: named };
  if (values !== null) return { ...change, settings: { ...named, environment: values } };
  if (createdBy === null || intent === null) return null;
  const { revision, isPending } = await target.readBack(createdBy);
  return revision !== null || isPending ? 'made' : null;
}
