import { fixabilityOf } from '../../core/evidence/index.ts';
import type { FixMaterial } from '../../core/fixes/index.ts';
import { broughtBy } from '../../core/issues/index.ts';
import { composeHandOff } from './hand-off.ts';
import type { WorkContext } from './work-context.ts';

/** What a fix of an issue is made of: its hand-off, and how likely it is that an agent can mend it. Throws `not_found`. */
export async function fixMaterialOf(
  context: WorkContext,
  request: Parameters<typeof composeHandOff>[1],
): Promise<FixMaterial> {
  const { handOff, stored, isNew, evidence, found, running, revisions } = await composeHandOff(context, request);
  const incidents = found?.issue.incidents ?? [];
  const representative = incidents[0]?.representative ?? null;
  const within = (found?.understanding.context ?? []).filter(
    ({ traceId }) => traceId !== null && traceId === representative?.traceId,
  );
  return {
    handOff,
    fixability: fixabilityOf({
      evidence,
      representative,
      signal: stored.signal,
      services: new Set([stored.service, ...within.flatMap(({ service }) => service ?? [])]).size,
      isNewlyDeployed: broughtBy(stored, revisions) !== null,
    }),
    revision: stored.lastRevision ?? context.configuration.revision,
    commit: running?.sha ?? evidence?.commit ?? null,
    testCommand: evidence?.testCommand ?? null,
    isPublic: incidents.some((one) => one.representative.trust === 'public'),
    isNew,
  };
}
