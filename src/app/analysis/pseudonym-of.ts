import type { UsageNames } from '../../core/usage/index.ts';

/**
 * Under what name conversations of a user are kept: a keyed hash, the same on every node. Another one than that of erased users, so that
 * neither table tells anything of the other.
 */
export function pseudonymOf(names: Pick<UsageNames, 'hashOf'>, user: string): string {
  return names.hashOf(`conversations of ${user}`);
}
