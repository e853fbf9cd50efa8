import type { Trail } from '../../../packages/sdk/src/audit/index.ts';

/** Guardian's own trail. */
export const OWN_TRAIL = 'guardian';

/** How the trail of an application is called. */
export function trailNameOf({ name, epoch }: Trail): string {
  return `${name}/${epoch}`;
}
